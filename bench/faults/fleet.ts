import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'

const PROGRAM = path.join(import.meta.dirname, '../../packages/diapason/src/cli/main.ts')
const STUDY_FILE = path.join(import.meta.dirname, 'study.ts')
const COMMAND = path.join(import.meta.dirname, 'train-command.ts')

/** Silence after which a worker's trials are taken over, in milliseconds; short, so that many faults fit into minutes. */
export const LEASE_MS = 6000
export const STUDY = 'faults'
/** More than any campaign runs. */
const ENDLESS = 100_000

/** How the workers of a campaign are started. */
export interface WorkerTerms {
  readonly url: string
  readonly env: NodeJS.ProcessEnv
  /** For their logs. */
  readonly folder: string
}

/** Where one worker runs, and what it trains with. */
export interface Slot {
  readonly prefix: readonly string[]
  readonly objective: 'file' | 'command'
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

/** A worker as a process. */
export interface Worker {
  readonly slot: Slot
  readonly process: ChildProcess
  /** Newline-delimited events: what it says here it has stored. */
  readonly log: string
  readonly hasEnded: boolean
  /** Settles with what is wrong about its end, or undefined. */
  readonly end: Promise<string | undefined>
  /** Its end is a fault's, or asked for. */
  isExcused: boolean
}

/** What `diapason worker` is told; the same for all engines. */
export function workerWords(url: string, objective: Slot['objective'], trials = ENDLESS): readonly string[] {
  const common = ['--storage', url, '--study', STUDY, '--trials', String(trials), '--jobs', '2']
  const more = ['--lease', `${LEASE_MS}ms`, '--sampler', 'random', '--pruner', 'none', '--json']
  if (objective === 'file') return [STUDY_FILE, ...common, ...more]
  const space = ['--param', 'x=0.0..1.0', '--goal', 'minimize loss']
  return [...common, ...more, ...space, '--', process.execPath, COMMAND, '{x}']
}

export const sourceFlags = ['--conditions=@diapason/source', PROGRAM]

let started = 0

/** Starts one `diapason worker`. */
export function startWorker({ url, env, folder }: WorkerTerms, slot: Slot, trials?: number): Worker {
  const log = path.join(folder, `worker-${++started}.jsonl`)
  const errors = path.join(folder, `worker-${started}.err`)
  const files = [openSync(log, 'w'), openSync(errors, 'w')] as const
  const words = [...sourceFlags, 'worker', ...workerWords(url, slot.objective, trials)]
  const [program = '', ...args] = [...slot.prefix, process.execPath, ...words]
  const child = spawn(program, args, {
    cwd: slot.cwd,
    env: { ...process.env, ...env, ...slot.env },
    stdio: ['ignore', ...files],
  })
  for (const file of files) closeSync(file)
  const worker: Worker = {
    slot,
    process: child,
    log,
    isExcused: false,
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null
    },
    end: once(child, 'close').then(([code, signal]) => {
      if (worker.isExcused || code === 0) return undefined
      return `worker ${child.pid} ended with ${signal ?? `exit code ${code}`}: ${readFileSync(errors, 'utf8').slice(-500)}`
    }),
  }
  return worker
}
