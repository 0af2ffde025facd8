import { OptionError } from '../errors.ts'
import { type Duration, parseCount, parseDuration } from './budget.ts'
import { DEFAULT_LEASE_MS } from './recovery.ts'

/** When to stop, whichever comes first, and how to run. */
export interface OptimizeOptions {
  /** Trials to start in this call, queued ones included. One that continues a paused trial counts once. */
  readonly trials?: number
  /**
   * Finished trials that the study shall hold in the end, those of other processes included; a trial that was queued again
   * counts once. Several processes share this one budget: each waits for the last trials of the others, and takes them
   * over where their process is lost.
   */
  readonly total?: number
  /** Wall time, such as `'10m'`; trials that still run then are stopped. */
  readonly time?: Duration
  /** Stop once the first goal is at least as good as this. */
  readonly target?: number
  /** Trials at the same time in this process, for objectives that wait (default 1). */
  readonly concurrency?: number
  /** Stops everything at once; interrupted configurations are queued again, for a later run. */
  readonly signal?: AbortSignal
  /** Longest time for one trial; then it is stopped and failed (default: none). */
  readonly trialTimeout?: Duration
  /** Give up after so many failed trials in a row (default 10). */
  readonly maxFailuresInARow?: number
  /**
   * How long this process may be silent before others take its trials over (default `'60s'`). It gives a trial up itself
   * once two thirds of that have passed without the storage hearing of it.
   */
  readonly lease?: Duration
  /** How long a stopped objective may take to return before it is left alone, in ms (default 5,000); at the end of `time` at most 1,000. */
  readonly abortGraceMs?: number
}

/** What a run keeps to: its options, checked and filled in. */
export interface Limits {
  readonly trials: number
  readonly total: number | undefined
  readonly leaseMs: number
  readonly timeMs: number
  readonly target: number | undefined
  readonly concurrency: number
  readonly trialTimeoutMs: number
  readonly maxFailuresInARow: number
  readonly abortGraceMs: number
}

/**
 * @param endsByItself without any budget too, as a grid does
 * @throws OptionError where there is no budget, or an option is out of range
 */
export function parseLimits(options: OptimizeOptions, endsByItself: boolean): Limits {
  const { trials, total, time, target, signal } = options
  const isEndless =
    trials === undefined && total === undefined && time === undefined && target === undefined && signal === undefined
  if (isEndless && !endsByItself) {
    throw new OptionError(
      'optimize has no budget and would never end',
      "Give trials, total, time (such as '10m'), target or signal",
    )
  }
  if (target !== undefined && Number.isNaN(target)) throw new OptionError('target is NaN', 'Give a number')
  return {
    trials: trials === undefined ? Number.POSITIVE_INFINITY : parseCount('trials', trials),
    total: total === undefined ? undefined : parseCount('total', total),
    leaseMs: parseDuration('lease', options.lease ?? DEFAULT_LEASE_MS),
    timeMs: time === undefined ? Number.POSITIVE_INFINITY : parseDuration('time', time),
    target,
    concurrency: parseCount('concurrency', options.concurrency ?? 1),
    trialTimeoutMs:
      options.trialTimeout === undefined
        ? Number.POSITIVE_INFINITY
        : parseDuration('trialTimeout', options.trialTimeout),
    maxFailuresInARow: parseCount('maxFailuresInARow', options.maxFailuresInARow ?? 10),
    abortGraceMs: parseCount('abortGraceMs', options.abortGraceMs ?? 5000, 0),
  }
}
