import type { Direction, Split } from 'diapason'
import { baselineScores, type FoldScoreSummary, type JudgedNetworks, otherScores, summarize } from './final-networks.ts'
import type { FitParams } from './fit-space.ts'
import { type FitTask, metricsFor } from './fit-task.ts'
import type { ColumnNote } from './inspect-columns.ts'
import type { FitStudy } from './search.ts'
import type { FitData } from './train-member.ts'

/** What is known of a fitted model: plain data, kept beside it. */
export interface FitReport {
  readonly target: string
  readonly classes?: readonly string[]
  readonly rows: number
  readonly columns: readonly ColumnNote[]
  readonly remarks: readonly string[]
  readonly metric: string
  readonly direction: Direction
  /** Of one network on rows that neither it nor, as these very folds, the search had seen. */
  readonly score: FoldScoreSummary
  /** Other metrics on the same rows. */
  readonly others: Readonly<Record<string, number>>
  readonly baseline: { readonly mean: number; readonly words: string }
  /** The default configuration on the same folds; undefined where time did not allow it, or nothing else was tried. */
  readonly defaults?: {
    readonly mean: number
    /** How much better the tuned one is, fold by fold; above 0 is better, whatever the metric's direction. */
    readonly gain: FoldScoreSummary
  }
  readonly chosen: 'tuned' | 'default' | 'given'
  readonly configuration: FitParams
  /** Networks whose mean is the model. */
  readonly networks: number
  readonly search: {
    readonly complete: number
    readonly pruned: number
    readonly failed: number
    readonly repeats: number
  }
  readonly seed: number
  readonly elapsedMs: number
}

/** What a report is made of. */
export interface FitOutcome {
  readonly task: FitTask
  readonly data: FitData
  readonly notes: readonly ColumnNote[]
  readonly splits: readonly Split[]
  readonly chosen: FitReport['chosen']
  readonly networks: JudgedNetworks
  readonly tuned: JudgedNetworks
  readonly defaults: JudgedNetworks | undefined
  readonly study: FitStudy
  readonly repeats: number
  readonly seed: number
  readonly elapsedMs: number
}

export function fitReport(outcome: FitOutcome): FitReport {
  const { task, data, notes, splits, networks, tuned, defaults, study } = outcome
  const { truth, metric } = task
  const count = (wanted: string) => study.trials.filter(({ state }) => state === wanted).length
  return {
    target: task.target,
    ...(truth.kind === 'classes' && { classes: truth.classes }),
    rows: data.table.count,
    columns: notes,
    remarks: task.remarks,
    metric: metric.name,
    direction: metric.direction,
    score: summarize(networks.scores, splits),
    others: otherScores(truth, networks, metricsFor(truth, metric)),
    baseline: baselineScores(metric, truth, splits),
    ...(defaults && {
      defaults: {
        mean: summarize(defaults.scores, splits).mean,
        gain: summarize(gains(tuned, defaults, metric.direction), splits),
      },
    }),
    chosen: outcome.chosen,
    configuration: networks.params,
    networks: networks.members.length,
    search: {
      complete: count('complete') - outcome.repeats,
      pruned: count('pruned'),
      failed: count('failed'),
      repeats: outcome.repeats,
    },
    seed: outcome.seed,
    elapsedMs: outcome.elapsedMs,
  }
}

/** Fold by fold, how much better the first is. */
export function gains(
  { scores }: Pick<JudgedNetworks, 'scores'>,
  other: Pick<JudgedNetworks, 'scores'>,
  direction: Direction,
): readonly number[] {
  const sign = direction === 'maximize' ? 1 : -1
  const shared = Math.min(scores.length, other.scores.length)
  return scores.slice(0, shared).map((score, i) => sign * (score - other.scores[i]!))
}
