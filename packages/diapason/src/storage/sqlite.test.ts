import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describeStorage } from '../testing/storage-suite.ts'
import { openSqlite } from './sqlite.ts'

describeStorage('sqlite', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'diapason-sqlite-'))
  const url = `sqlite:${path.join(folder, 'tuning.db')}`
  const storage = await openSqlite(url)
  return {
    storage,
    reopen: () => openSqlite(url),
    dispose: async () => {
      await storage.close()
      await rm(folder, { recursive: true })
    },
  }
})
