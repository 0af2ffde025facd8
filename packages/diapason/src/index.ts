export {
  DiapasonError,
  OptionError,
  SpaceError,
  StorageError,
  StudyError,
  StudyStopped,
  TrialPruned,
  TrialTimedOut,
} from './errors.ts'
export { createRng, type Rng } from './math/rng.ts'
export { type AshaOptions, ashaPruner } from './pruners/asha.ts'
export { hyperbandPruner } from './pruners/hyperband.ts'
export { medianPruner } from './pruners/median.ts'
export { noPruner } from './pruners/no-pruning.ts'
export { type PatientOptions, patientPruner } from './pruners/patient.ts'
export { type PercentileOptions, percentilePruner } from './pruners/percentile.ts'
export { type PromotionOptions, promotionPruner } from './pruners/promotion.ts'
export type { Decision, Pruner } from './pruners/pruner.ts'
export type { RungOptions } from './pruners/rungs.ts'
export { type ThresholdOptions, thresholdPruner } from './pruners/threshold.ts'
export { type WilcoxonOptions, wilcoxonPruner } from './pruners/wilcoxon.ts'
export { autoSampler } from './samplers/auto.ts'
export type { Restarts } from './samplers/cma-run.ts'
export { type CmaesOptions, cmaesSampler } from './samplers/cmaes.ts'
export { type GpOptions, gpSampler } from './samplers/gp.ts'
export { gridSampler } from './samplers/grid.ts'
export { type NsgaOptions, nsga2Sampler, nsga3Sampler } from './samplers/nsga.ts'
export { quasiRandomSampler } from './samplers/quasi-random.ts'
export { randomSampler } from './samplers/random.ts'
export type { Sampler } from './samplers/sampler.ts'
export { tpeSampler } from './samplers/tpe.ts'
export { cardinality } from './space/cardinality.ts'
export { defaultsOf } from './space/defaults.ts'
export { describe, type SpaceDescription } from './space/describe.ts'
export type {
  CategoricalDistribution,
  Distribution,
  FloatDistribution,
  IntDistribution,
  ParamValue,
} from './space/distribution.ts'
export {
  type BranchNode,
  branch,
  type Cases,
  type ChoiceNode,
  choice,
  type DeclaredNumberOptions,
  type Entries,
  type FloatNode,
  float,
  type Infer,
  type IntNode,
  int,
  type NumberOptions,
  type RepeatNode,
  repeat,
  type Scale,
  type SpaceNode,
} from './space/nodes.ts'
export type { NestedParams } from './space/params-tree.ts'
export type { NumberPrior, Prior } from './space/prior.ts'
export type { Condition, Parameter, ParamValues, SearchSpace } from './space/search-space.ts'
export { spaceFromJson, spaceToJson } from './space/space-json.ts'
export type { SpaceFunction, Suggest } from './space/suggest.ts'
export { memoryStorage } from './storage/memory.ts'
export { openStorage } from './storage/open-storage.ts'
export type {
  NewTrial,
  Outcome,
  Storage,
  StudyRecord,
  StudySummary,
  WorkerIdentity,
} from './storage/storage.ts'
export type { Arrangement, RunPort } from './study/arrangement.ts'
export type { Duration } from './study/budget.ts'
export type { CheckpointQuota } from './study/checkpoints.ts'
export { type Confirmation, type ConfirmOptions, confirm, type Finalist, repeatedTrial } from './study/confirm.ts'
export {
  createStudy,
  type DeclaredStudyOptions,
  type DynamicStudyOptions,
  type OpenOptions,
  openStudy,
  type Restriction,
  type StudySettings,
} from './study/create-study.ts'
export { defineStudy, type FinalTest, type StudyDefinition } from './study/define-study.ts'
export type { StudyEvents } from './study/events.ts'
export type { Goals, GoalValues, ObjectiveResult } from './study/goals.ts'
export type { LiveTrial, TrainingState } from './study/live-trial.ts'
export { type MethodChange, methodChanges } from './study/method-changes.ts'
export type { Objective, OptimizeResult, StopReason } from './study/optimize.ts'
export type { OptimizeOptions } from './study/run-limits.ts'
export { copyStudy, deleteStudy, listStudies, type StudyLocation } from './study/studies.ts'
export type { BestTrial, Study } from './study/study.ts'
export type { TrialRef } from './study/study-core.ts'
export type { Where } from './study/where.ts'
export type { Direction, Fidelity, Goal, History } from './trial/history.ts'
export type { Method } from './trial/method.ts'
export type {
  Attributes,
  CompleteTrial,
  FailedTrial,
  FinishedTrial,
  PrunedTrial,
  Report,
  RunningTrial,
  TrialRecord,
  TrialState,
  WaitingTrial,
} from './trial/trial-record.ts'
export { type Baseline, imbalanceWarning, trivialBaseline } from './validation/baseline.ts'
export { type Confusion, confusion } from './validation/class-metrics.ts'
export { type FoldSummary, summarizeFolds } from './validation/corrected-error.ts'
export {
  type CrossValidated,
  type CrossValidationOptions,
  crossValidated,
  type Fold,
  type FoldObjective,
} from './validation/cross-validated.ts'
export { type EpochRule, epochScore } from './validation/epoch-score.ts'
export { type FoldPrunerOptions, foldPruner } from './validation/fold-pruner.ts'
export type { FoldScore } from './validation/fold-scores.ts'
export { groupKFold, stratifiedGroupKFold } from './validation/group-k-fold.ts'
export { type KFoldOptions, kFold, stratifiedKFold } from './validation/k-fold.ts'
export { leaveGroupsOut, leaveOneOut, leavePOut, predefinedSplit } from './validation/leave-out.ts'
export type {
  ClassMetric,
  Metric,
  MetricOptions,
  NumberMetric,
  PredictionKind,
  Probabilities,
  ProbabilityMetric,
} from './validation/metric.ts'
export {
  type ClassMetricName,
  type MetricName,
  metric,
  metricNames,
  type NumberMetricName,
  type ProbabilityMetricName,
} from './validation/metrics.ts'
export { type NestedOptions, type NestedResult, nestedCrossValidation, type OuterFold } from './validation/nested.ts'
export type { ParamStability } from './validation/param-stability.ts'
export {
  groupShuffleSplit,
  type ShuffleSplitOptions,
  shuffleSplit,
  stratifiedShuffleSplit,
} from './validation/shuffle-split.ts'
export type { Examples, Label, ShuffleOptions, Split, Splitter } from './validation/splitter.ts'
export { type TimeSeriesOptions, timeSeriesSplit } from './validation/time-series-split.ts'
