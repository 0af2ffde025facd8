import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStorage } from '../../packages/diapason/src/storage/open-storage.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../postgres/server.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'diapason-late-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** `diapason …` as a process, and what it says. */
function diapason(...words: readonly string[]) {
  const program = path.join(import.meta.dirname, '../../packages/diapason/src/cli/main.ts')
  const child = spawn(process.execPath, ['--conditions=@diapason/source', program, ...words], { cwd: folder })
  let said = ''
  const heard = new EventTarget()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
      heard.dispatchEvent(new Event('more'))
    })
  }
  return {
    child,
    /** With the exit code. */
    end: once(child, 'close').then(([code]) => ({ code, said })),
    async says(pattern: RegExp): Promise<string> {
      for (;;) {
        const match = said.match(pattern)
        if (match !== null) return match[0]
        if (child.exitCode !== null) throw new Error(`it ended before it said ${pattern}: ${said}`)
        await Promise.race([
          new Promise((resolve) => heard.addEventListener('more', resolve, { once: true })),
          once(child, 'close'),
        ])
      }
    },
  }
}

const worker = (storage: string, ...more: readonly string[]) =>
  diapason(
    'worker',
    '--storage',
    storage,
    '--study',
    'late',
    '--trials',
    '2',
    '--param',
    'x=0..1',
    '--goal',
    'minimize loss',
    ...more,
    '--',
    'echo',
    'loss={x}',
  )

async function countTrials(url: string): Promise<number> {
  const storage = await openStorage(url)
  const study = await storage.findStudy('late')
  const { trials } = await storage.readTrials(study?.id ?? Number.NaN)
  await storage.close()
  return trials.filter(({ state }) => state === 'complete').length
}

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe.skipIf(noPostgres !== '')('a worker that starts before its PostgreSQL server', { timeout: 120_000 }, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({ fsync: 'off' })
  })
  afterAll(() => server.dispose())

  it('does not wait for what waiting does not mend', async () => {
    const { code, said } = await worker(server.url('nowhere')).end
    expect(said).toMatch(/The database of .* does not exist\. Create it/)
    expect([code, said.includes('Trying again')]).toEqual([2, false])
  })

  it('says so, waits, and does its work once it is there', async () => {
    const url = await server.createDatabase()
    await server.end('stop')
    const late = worker(url)
    const words = await late.says(/No PostgreSQL server answers.*\n/)
    expect(words).toMatch(/127\.0\.0\.1.*Start it, or check the host and the port of the URL\. Trying again, for 5 min/)
    expect(words).not.toContain('se%2Fcr')
    await server.start()
    expect(await late.end).toMatchObject({ code: 0 })
    expect(await countTrials(url)).toBe(2)
  })
})

describe('a worker that starts before its gateway', { timeout: 120_000 }, () => {
  it('waits for it as well', async () => {
    const port = await unusedPort()
    const early = worker(`http://worker:token@127.0.0.1:${port}`)
    await early.says(/does not answer.*Trying again, for 5 min/)
    const file = `sqlite:${path.join(folder, 'late.db')}`
    const gateway = diapason('serve', '--storage', file, '--port', String(port), '--token', 'token')
    expect(await early.end).toMatchObject({ code: 0 })
    gateway.child.kill('SIGTERM')
    expect(await gateway.end).toMatchObject({ code: 0 })
    expect(await countTrials(file)).toBe(2)
  })

  it('gives up after the time it was given', async () => {
    const { code, said } = await worker(`http://127.0.0.1:${await unusedPort()}`, '--wait', '700ms').end
    expect(said).toMatch(/Waited .* in vain: http:.* does not answer.*Give it longer by --wait\./)
    expect(code).toBe(2)
  })
})
