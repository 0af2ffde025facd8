import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openStorage } from 'diapason'
import { expect, it } from 'vitest'

const canUnshare = spawnSync('unshare', ['-rpf', '--mount-proc', 'true']).status === 0
if (!canUnshare) console.log('skipped: workers in containers need `unshare -rp` (Linux with user namespaces)')

const SCRIPT = `
import { openStorage } from 'diapason'
const { worker } = await openStorage(process.argv[1])
console.log(JSON.stringify({ name: worker.name, isGone: worker.isGone(process.argv[2]) }))`

it.skipIf(!canUnshare)(
  'a worker in a container does not take those outside for ended, as it cannot see them',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'diapason-containers-'))
    try {
      const url = `sqlite:${path.join(folder, 'shared.db')}`
      const storage = await openStorage(url)
      const outside = storage.worker?.name ?? ''
      const words = ['--conditions=@diapason/source', '--input-type=module', '-e', SCRIPT, url, outside]
      const look = (...prefix: readonly string[]) => {
        const [program = '', ...args] = [...prefix, process.execPath, ...words]
        return JSON.parse(execFileSync(program, args, { cwd: import.meta.dirname, encoding: 'utf8' })) as object
      }
      expect(look('unshare', '-rpf', '--mount-proc')).toEqual({
        name: expect.stringMatching(/^[^/]+\/\d+:\d+$/),
        isGone: false,
      })
      expect(storage.worker?.isGone(`${outside.replace(/:\d+$/, '')}/4026539999:7`)).toBe(false)
      await storage.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
