import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openStorage } from 'diapason'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const PROGRAM = path.join(import.meta.dirname, '../../packages/diapason/src/cli/main.ts')
/** The same training as silent-study.ts, as a command that does not obey SIGTERM. */
const SCRIPT = `trap '' TERM
while [ ! -e "$SILENT_RELEASE" ]; do echo "$$ $(date +%s%3N)" >>"$SILENT_LOG"; sleep 0.02; done
echo loss=1`

let folder: string
const workers = new Set<ChildProcess>()
const file = (name: string) => path.join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'diapason-suspension-'))
})
afterEach(() => {
  writeFileSync(file('release'), '')
  for (const worker of workers) worker.kill('SIGKILL')
  workers.clear()
  rmSync(folder, { recursive: true })
})

function startWorker(objective: readonly string[]): ChildProcess {
  const limits = ['--storage', `sqlite:${file('silent.db')}`, '--study', 'silent', '--trials', '1', '--lease', '4s']
  const worker = spawn(
    process.execPath,
    ['--conditions=@diapason/source', PROGRAM, 'worker', ...limits, ...objective],
    {
      cwd: folder,
      env: { ...process.env, SILENT_LOG: file('log'), SILENT_RELEASE: file('release') },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  workers.add(worker)
  return worker
}

/** First and last sign of life of each training, in milliseconds since 1970. */
function trainings(): readonly { readonly first: number; readonly last: number }[] {
  const lines = existsSync(file('log')) ? readFileSync(file('log'), 'utf8').trim().split('\n') : []
  const spans = new Map<string, { first: number; last: number }>()
  for (const line of lines) {
    const [pid = '', at] = line.split(' ')
    const span = spans.get(pid)
    if (span === undefined) spans.set(pid, { first: Number(at), last: Number(at) })
    else span.last = Number(at)
  }
  return [...spans.values()]
}

describe.skipIf(process.platform === 'win32')('a worker that is suspended while its training goes on', () => {
  it.each([
    ['a study file', () => [path.join(import.meta.dirname, 'silent-study.ts')]],
    ['a command', () => ['--param', 'x=0.0..1.0', '--goal', 'minimize loss', '--', 'sh', '-c', SCRIPT]],
  ])('has none by the time another worker begins the trial again: %s', { timeout: 90_000 }, async (_, objective) => {
    const suspended = startWorker(objective())
    await expect.poll(() => trainings().length, { timeout: 30_000 }).toBe(1)
    suspended.kill('SIGSTOP')
    const other = startWorker(objective())
    await expect.poll(() => trainings().length, { timeout: 40_000 }).toBe(2)
    writeFileSync(file('release'), '')
    await once(other, 'close')
    suspended.kill('SIGCONT')
    await once(suspended, 'close')

    const [before, after] = trainings()
    expect(after?.first).toBeGreaterThan(before?.last ?? Number.NaN)
    const storage = await openStorage(`sqlite:${file('silent.db')}`)
    const study = await storage.findStudy('silent')
    const { trials } = await storage.readTrials(study?.id ?? Number.NaN)
    await storage.close()
    expect(trials.map(({ state }) => state)).toEqual(['failed', 'complete'])
    expect([suspended.exitCode, other.exitCode]).toEqual([0, 0])
  })
})
