import type { Pruner } from '../pruners/pruner.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { Storage, StudyRecord } from '../storage/storage.ts'
import { CONTINUES, PAUSED, STOPPED } from '../trial/continuation.ts'
import type { Fidelity, Goal } from '../trial/history.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { ParamSource } from './param-source.ts'

/** All that a study is made of, every default decided. */
export interface StudyParts<P> {
  readonly storage: Storage
  /** Opened by URL for this study, to be closed with it. */
  readonly ownsStorage: boolean
  readonly record: StudyRecord
  readonly goals: readonly Goal[]
  readonly source: ParamSource<P>
  readonly sampler: Sampler
  readonly pruner: Pruner
  readonly seed: number
  readonly fidelity: Fidelity | undefined
  readonly checkpoints: Checkpoints
}

/** System attributes of studies and trials. Optuna ignores what it does not know. */
export const ATTR = {
  /** Study: goal names in order (Optuna's key). */
  metricNames: 'study:metric_names',
  seed: 'diapason:seed',
  space: 'diapason:space',
  fidelity: 'diapason:fidelity',
  /** Study: which configurations may be tried, as text, see `Where`. */
  where: 'diapason:where',
  /** Study: the names of the sampler and the pruner that were used last, for people who look at it. */
  sampler: 'diapason:sampler',
  pruner: 'diapason:pruner',
  /** Study: what somebody asked of all processes that run it, see `Control`. */
  control: 'diapason:control',
  /** Trial: `default`, or `known-good`, see `queueKnownGood`; absent where a sampler or a person chose its parameters. */
  origin: 'diapason:origin',
  /** Trial: where a known-good configuration is from. */
  source: 'diapason:source',
  /** Trial: the first one that its sampler proposed by another method, see `Method`. */
  method: 'diapason:method',
  /** Trial: the first one after its pruner has changed its rule, see `Pruner.describe`. */
  rule: 'diapason:rule',
  /** Trial: who runs it, see `WorkerIdentity`. */
  worker: 'diapason:worker',
  /** Trial: how long its worker may be silent, in milliseconds; absent where nobody watches over it, as after `ask`. */
  lease: 'diapason:lease',
  /** Trial that had been queued: when its worker took it, milliseconds since 1970. */
  claimedAt: 'diapason:claimed-at',
  /** Trial: why it was stopped before its end. */
  stopped: STOPPED,
  /** Trial: why its pruner ended it, in words. */
  pruned: 'diapason:pruned',
  /** Trial: the step at which it was paused. */
  paused: PAUSED,
  /** Trial: the paused one that it continues, see `Continuation`. */
  continues: CONTINUES,
  /** Trial that continues another one: did its objective go on from the checkpoint, rather than train anew? */
  resumed: 'diapason:resumed',
  /** Trial: the number of the one whose configuration it deliberately trains again, see `confirm`. */
  repeats: 'diapason:repeats',
  /** Trial: the number of the winner between which and the default it lies, see `ablate`. */
  ablates: 'diapason:ablates',
  /** Trial queued again after its worker was lost: the first attempt's number and all earlier ones (Optuna's keys). */
  failedTrial: 'failed_trial',
  retryHistory: 'retry_history',
  /** Trial: how often its configuration has lost its worker. */
  losses: 'diapason:losses',
} as const
