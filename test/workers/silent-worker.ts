import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openStorage, type TrialRecord } from 'diapason'

const PROGRAM = path.join(import.meta.dirname, '../../packages/diapason/src/cli/main.ts')
/** The same training as silent-study.ts, as a command that does not obey SIGTERM. */
const SCRIPT = `trap '' TERM
while [ ! -e "$SILENT_RELEASE" ]; do echo "$$ $(date +%s%3N)" >>"$SILENT_LOG"; sleep 0.02; done
echo loss=1`

/** What a worker may train: a study file, or a command, that goes on until it is released and tells nobody but its log. */
export const SILENT_OBJECTIVES: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['a study file', [path.join(import.meta.dirname, 'silent-study.ts')]],
  ['a command', ['--param', 'x=0.0..1.0', '--goal', 'minimize loss', '--', 'sh', '-c', SCRIPT]],
]

/** First and last sign of life of a training, in milliseconds since 1970. */
export interface Span {
  readonly first: number
  readonly last: number
}

/** Workers on a study of one trial in a SQLite database, and what their trainings wrote. */
export interface SilentWorkers extends Disposable {
  start(objective: readonly string[], lease: string): ChildProcess
  trainings(): readonly Span[]
  /** Trainings come to their end. */
  release(): void
  trials(): Promise<readonly TrialRecord[]>
}

export function silentWorkers(): SilentWorkers {
  const folder = mkdtempSync(path.join(tmpdir(), 'diapason-silent-'))
  const file = (name: string) => path.join(folder, name)
  const storageUrl = `sqlite:${file('silent.db')}`
  const workers = new Set<ChildProcess>()
  const release = () => writeFileSync(file('release'), '')
  return {
    release,
    start(objective, lease) {
      const limits = ['--storage', storageUrl, '--study', 'silent', '--trials', '1', '--lease', lease]
      const words = ['--conditions=@diapason/source', PROGRAM, 'worker', ...limits, ...objective]
      const worker = spawn(process.execPath, words, {
        cwd: folder,
        env: { ...process.env, SILENT_LOG: file('log'), SILENT_RELEASE: file('release') },
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      workers.add(worker)
      return worker
    },
    trainings() {
      const lines = existsSync(file('log')) ? readFileSync(file('log'), 'utf8').trim().split('\n') : []
      const byProcess = Map.groupBy(lines.filter(Boolean), (line) => line.split(' ')[0])
      return [...byProcess.values()].map((all) => {
        const times = all.map((line) => Number(line.split(' ')[1]))
        return { first: Math.min(...times), last: Math.max(...times) }
      })
    },
    async trials() {
      const storage = await openStorage(storageUrl)
      const study = await storage.findStudy('silent')
      const { trials } = await storage.readTrials(study?.id ?? Number.NaN)
      await storage.close()
      return trials
    },
    [Symbol.dispose]() {
      release()
      for (const worker of workers) worker.kill('SIGKILL')
      rmSync(folder, { recursive: true })
    },
  }
}
