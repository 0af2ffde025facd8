import { OptionError } from '../errors.ts'
import type { Pruner } from '../pruners/pruner.ts'
import type { AnyStudyDefinition } from '../runner/study-file.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { Storage } from '../storage/storage.ts'
import { parseCount, parseDuration } from '../study/budget.ts'
import type { NetworkKind } from '../study/known-good-list.ts'
import { ATTR } from '../study/study-parts.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { DEFAULT_STORAGE } from './defaults.ts'
import { DEFAULT_WAIT_MS } from './patient-storage.ts'
import type { RunBudget } from './progress.ts'

/** What the command line says; undefined where it says nothing. Times are in milliseconds. */
export interface RunFlags {
  readonly trials?: number
  readonly time?: number
  readonly target?: number
  readonly jobs?: number
  readonly seed?: number
  readonly sampler?: Sampler
  readonly pruner?: Pruner
  readonly storage?: string
  readonly study?: string
  readonly resume?: boolean
  readonly timeout?: number
  readonly memory?: number
  readonly inProcess?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
  /** Seeds with which default and winner are trained again for the final test; 0: no test. */
  readonly tests?: number
  /** Share of the budget in which the best are trained again, in [0, 1). */
  readonly confirm?: number
  /** Kind of network whose known-good configurations are tried after the defaults; `off`: none, whatever the file says. */
  readonly knownGood?: NetworkKind | 'off'
  /** Trainings between the default and the winner, at the end; undefined: none. */
  readonly ablate?: number
  /** Where the page of the run listens; 0: any free port. */
  readonly dashboard?: number
  /** A folder for checkpoints that all workers see. */
  readonly checkpoints?: string
  /** How long this process may be silent before others take its trials over. */
  readonly lease?: number
  /** How long a worker waits for a storage that does not answer when it starts. */
  readonly wait?: number
  /** One of several workers: no report at the end. */
  readonly worker?: boolean
}

/** Flags and study file together: what is going to happen. */
export interface RunPlan {
  readonly name: string
  readonly storage: string | Storage
  readonly resume: boolean
  readonly sampler: Sampler | undefined
  readonly pruner: Pruner | undefined
  readonly seed: number | undefined
  readonly budget: RunBudget
  readonly jobs: number
  /** A folder for checkpoints that all workers see; undefined: as the storage has it. */
  readonly checkpoints: string | undefined
  readonly inProcess: boolean
  /** Of a worker's JavaScript heap, or of all that a command's trial holds. */
  readonly memoryMb: number | undefined
  readonly trialTimeoutMs: number | undefined
  readonly maxFailuresInARow: number | undefined
  readonly graceMs: number
  readonly leaseMs: number | undefined
  /** For how long a storage that does not answer is tried again. */
  readonly waitMs: number
  /** What was decided for the user, to be said aloud. */
  readonly notices: readonly string[]
}

/** What of a run's source its plan depends on. */
export interface PlannedSource {
  readonly name: string
  readonly definition: AnyStudyDefinition
  /** Trials at the same time where nobody says it; undefined: 1. */
  readonly jobs: number | undefined
}

/** Trials of a run for which nobody gave a budget. */
export const DEFAULT_TRIALS = 50
/** From asking a trial to end to ending it. */
export const DEFAULT_GRACE_MS = 5000

/**
 * Decides what a run does: the command line goes before the study file, and that before the defaults.
 * @throws {OptionError} on values of the study file, or a pair of flags, that cannot be
 */
export function planRun({ name, definition, jobs }: PlannedSource, flags: RunFlags): RunPlan {
  const { settings, budget } = definition
  if (flags.inProcess && flags.memory !== undefined) {
    throw new OptionError('--memory limits worker processes, and --in-process has none', 'Leave one of them out')
  }
  const notices: string[] = []
  const storage = flags.storage ?? settings.storage
  if (storage === undefined) {
    notices.push(
      `Nobody said where to keep the study: it goes to ${DEFAULT_STORAGE.replace(/^sqlite:/, '')} in this folder`,
    )
  }
  const sampler = flags.sampler ?? settings.sampler
  const limits = limitsOf(flags, budget)
  const isEndless = limits.trials === undefined && limits.timeMs === undefined && limits.target === undefined
  if (isEndless && sampler?.trialLimit === undefined) {
    notices.push(`Nobody gave a budget: ${DEFAULT_TRIALS} trials (see --trials, --time, --target)`)
  }
  return {
    name: flags.study ?? settings.name ?? name,
    storage: storage ?? DEFAULT_STORAGE,
    resume: flags.resume === true || settings.ifExists === 'resume',
    sampler,
    pruner: flags.pruner ?? settings.pruner,
    seed: flags.seed ?? settings.seed,
    budget: isEndless && sampler?.trialLimit === undefined ? { ...limits, trials: DEFAULT_TRIALS } : limits,
    jobs: flags.jobs ?? parseCount("The study file's budget.concurrency", budget.concurrency ?? jobs ?? 1),
    checkpoints: flags.checkpoints ?? settings.checkpoints?.folder,
    inProcess: flags.inProcess === true,
    memoryMb: flags.memory,
    trialTimeoutMs: flags.timeout ?? durationOf('trialTimeout', budget.trialTimeout),
    maxFailuresInARow: budget.maxFailuresInARow,
    graceMs: parseCount("The study file's budget.abortGraceMs", budget.abortGraceMs ?? DEFAULT_GRACE_MS, 0),
    leaseMs: flags.lease,
    waitMs: flags.wait ?? (flags.worker ? DEFAULT_WAIT_MS : 0),
    notices,
  }
}

function limitsOf(flags: RunFlags, budget: AnyStudyDefinition['budget']): RunBudget {
  const trials = flags.trials ?? budget.trials
  return {
    trials: trials === undefined ? undefined : parseCount("The study file's budget.trials", trials),
    timeMs: flags.time ?? durationOf('time', budget.time),
    target: flags.target ?? budget.target,
  }
}

function durationOf(name: string, duration: number | string | undefined): number | undefined {
  return duration === undefined ? undefined : parseDuration(`The study file's budget.${name}`, duration)
}

/**
 * Trials that count against a budget of trials: finished ones, without those that were cut short and queued again, so that
 * a run that was interrupted and resumed comes to the same total as one that was not.
 */
export function countedTrials(trials: readonly TrialRecord[]): number {
  const repeated = new Set<unknown>()
  for (const { systemAttrs } of trials) {
    const history = systemAttrs[ATTR.retryHistory]
    if (Array.isArray(history)) for (const number of history) repeated.add(number)
  }
  return trials.filter((trial) => isFinished(trial) && !repeated.has(trial.number)).length
}
