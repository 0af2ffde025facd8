import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStorage } from '../../packages/diapason/src/storage/open-storage.ts'

const run = promisify(execFile)
const fill = ['--conditions=@diapason/source', path.join(import.meta.dirname, 'fill-disk.ts')]
const linux = process.platform === 'linux'
// A file system of 1 MB in a mount namespace of its own needs no root where user namespaces are allowed.
const canMount = linux && spawnSync('unshare', ['-rm', 'true']).status === 0
if (!canMount) console.log('skipped: "a full disk" needs `unshare -rm` (Linux with user namespaces)')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'diapason-full-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function fillBy(command: string, args: readonly string[]) {
  const { stdout } = await run(command, args)
  return JSON.parse(stdout) as { acknowledged: number; name: string; message: string; readable: number }
}

describe.each([
  { storage: 'a SQLite database', scheme: 'sqlite:', quota: /disk refused.*quota/ },
  { storage: 'a journal file', scheme: 'journal:', quota: /Raise the limit on the size of files/ },
])('a full disk under $storage', ({ scheme, quota }) => {
  it.skipIf(!canMount)('says so, and keeps what was acknowledged', { timeout: 60_000 }, async () => {
    const script = `mount -t tmpfs -o size=1m none "$0" && exec "$@"`
    const args = [
      '-rm',
      'sh',
      '-c',
      script,
      folder,
      process.execPath,
      ...fill,
      `${scheme}${path.join(folder, 'tuning')}`,
    ]
    const { acknowledged, name, message, readable } = await fillBy('unshare', args)
    expect(name).toBe('StorageError')
    expect(message).toMatch(/disk is full.*free some space/i)
    expect(acknowledged).toBeGreaterThan(5)
    expect(readable).toBe(acknowledged)
  })

  it.skipIf(process.platform === 'win32')(
    'or a used-up quota does not spoil the file',
    { timeout: 60_000 },
    async () => {
      const url = `${scheme}${path.join(folder, 'tuning')}`
      // A limit on the size of files, in blocks of 512 or 1,024 bytes; with SIGXFSZ ignored a write beyond it fails.
      const script = `trap '' XFSZ; ulimit -f 400; exec "$@"`
      const { acknowledged, name, message, readable } = await fillBy('sh', [
        '-c',
        script,
        'sh',
        process.execPath,
        ...fill,
        url,
      ])
      expect(name).toBe('StorageError')
      expect(message).toMatch(quota)
      expect(readable).toBe(acknowledged)
      const storage = await openStorage(url)
      const id = (await storage.findStudy('faults'))?.id ?? Number.NaN
      expect((await storage.readTrials(id)).trials).toHaveLength(acknowledged)
      expect(await storage.createTrial(id, { state: 'running' })).toMatchObject({ number: acknowledged })
      await storage.close()
    },
  )
})
