import type { Ablation } from '../../analysis/ablation.ts'
import type { AtBound } from '../../analysis/at-bounds.ts'
import type { PairedComparison } from '../../analysis/paired-comparison.ts'
import type { ParamChange } from '../../analysis/param-changes.ts'
import type { Savings } from '../../analysis/savings.ts'
import type { TrialCounts } from '../../analysis/trial-counts.ts'
import type { ParamValues } from '../../space/search-space.ts'
import type { StopReason } from '../../study/optimize.ts'
import type { Goal } from '../../trial/history.ts'

/** What a run came to, as data: the last screen draws it, `--json` writes it. */
export interface FinalReport {
  readonly study: string
  readonly storage: string
  readonly goals: readonly Goal[]
  readonly verdict: Verdict
  /** The default configuration; null where nobody declared one. */
  readonly defaults: ReportedConfig | null
  /** The best trial; with several goals those that none beats; empty where no trial is complete. */
  readonly best: readonly ReportedConfig[]
  /** What training the best again with fresh seeds said; null where that was not done. The first of `best` is its winner. */
  readonly confirmation: ConfirmedWinner | null
  /** Which changes earned how much; null where that was not measured for the best. */
  readonly ablation: Ablation | null
  /** Default against best on untouched data; null where that was not done. */
  readonly test: TestResult | null
  /** Why a test that was there gave nothing, or null. */
  readonly testFailure: string | null
  /** From the default to the best; empty where there is no default. */
  readonly changes: readonly ParamChange[]
  readonly cost: Cost
  /** Null where nobody reported. */
  readonly savings: Savings | null
  readonly atBounds: readonly AtBound[]
  /** Sentences. */
  readonly advice: readonly string[]
  /** Where the trials have been and what more of them promise, in sentences; null with few trials. */
  readonly outlook: string | null
  /** What to type next. */
  readonly next: readonly NextStep[]
  /** Why the run ended; null where it failed. */
  readonly reason: StopReason | null
  /** Why the run failed, or null. */
  readonly error: string | null
}

/** What to think of the run, in a word for programs and in a sentence for people. */
export interface Verdict {
  readonly kind:
    | 'better'
    | 'no-difference'
    | 'worse'
    | 'default-is-best'
    | 'untested'
    | 'no-default'
    | 'several-goals'
    | 'nothing-complete'
  readonly words: string
}

/** A configuration with the values that its own trial gave. */
export interface ReportedConfig {
  /** Null where the default was never run as a trial. */
  readonly trial: number | null
  /** By goal; empty where the trial did not complete. */
  readonly values: { readonly [goal: string]: number }
  readonly params: ParamValues
}

/** The best configurations trained again with fresh seeds. Scores are of the first goal. */
export interface ConfirmedWinner {
  readonly trial: number
  /** Of its repeats, drawn towards those of the other finalists as far as noise explains the difference. */
  readonly mean: number
  /** Of the mean, 95 %. */
  readonly interval: readonly [low: number, high: number]
  /** That it is the best of the finalists. */
  readonly chanceBest: number
  readonly finalists: number
  /** Repeats, all finalists together. */
  readonly runs: number
  /** Standard deviation of a score from seed to seed. */
  readonly noise: number
  /** How much better the winner looked in the search than it is. */
  readonly optimism: number
  /** A finalist that costs less, as good as the noise can tell; null where there is none. */
  readonly cheaper: { readonly trial: number; readonly mean: number; readonly costShare: number } | null
}

/** The comparison on untouched data; `baseline` is the default, `candidate` the best. */
export interface TestResult extends PairedComparison {
  /** Every score is 0 or 1: means are shares of examples that are right. */
  readonly isShare: boolean
  readonly elapsedMs: number
}

/** What the study has cost so far. */
export interface Cost {
  readonly counts: TrialCounts
  /** Those of the pruned and failed ones that were cut short by the end of a run. */
  readonly stopped: { readonly pruned: number; readonly failed: number }
  /** Trials started in this run. */
  readonly trialsNow: number
  /** Wall time of this run, without the test. */
  readonly elapsedMs: number
}

/** A command and what it is good for. */
export interface NextStep {
  readonly words: string
  readonly command: string
}
