export { rowFeatures, type TextLabels, textLabels } from './data/arrays.ts'
export { type Batch, batches } from './data/batches.ts'
export { checkLabels } from './data/check-labels.ts'
export {
  type Classification,
  classification,
  type Dataset,
  type Regression,
  regression,
  selectRows,
} from './data/dataset.ts'
export { digits } from './data/digits.ts'
export {
  decodeTargets,
  type EncodedColumn,
  type EncodedTarget,
  type EncodingOptions,
  embeddedColumns,
  encodeFeatures,
  encodeTable,
  fitEncoding,
  type TableEncoding,
} from './data/encoding.ts'
export { type IdxArray, parseIdx, readIdx, readIdxImages } from './data/idx.ts'
export { type CanvasImage, canvasFeatures, type Features, type ImageOptions, imageFeatures } from './data/images.ts'
export {
  type PreparedClassification,
  type PreparedRegression,
  type PreparedTable,
  prepareTable,
} from './data/prepare-table.ts'
export { breastCancer, diabetes, iris, wine } from './data/small-sets.ts'
export type { DataSource } from './data/source.ts'
export { type DataParts, prepare, type SplitOptions, split } from './data/split.ts'
export { fitStandardization, type Standardization, standardize } from './data/standardize.ts'
export {
  type CategoryColumn,
  type Cell,
  type Column,
  dropMissing,
  type NumberColumn,
  parseTable,
  readTable,
  type Table,
  type TableOptions,
  tableFromColumns,
  tableFromObjects,
} from './data/table.ts'
export {
  BudgetError,
  CheckpointError,
  DataError,
  DivergenceError,
  type DivergenceKind,
  NetworkError,
  NeuralError,
  RuntimeError,
} from './errors.ts'
export type { FoldScoreSummary } from './fit/final-networks.ts'
export type { FitEvent } from './fit/fit-event.ts'
export type { FitReport } from './fit/fit-report.ts'
export type { FitParams } from './fit/fit-space.ts'
export { type FitTableOptions, type FittedTable, fitTable } from './fit/fit-table.ts'
export type { TaskOptions } from './fit/fit-task.ts'
export type { FoldEncoding, TargetScale } from './fit/fold-encoding.ts'
export type { ColumnNote } from './fit/inspect-columns.ts'
export { type DataFileOptions, type DataFormat, readDataFile } from './fit/read-data-file.ts'
export { loadTableModel, saveTableModel, tableModelFromBytes, tableModelToBytes } from './fit/save-table-model.ts'
export {
  type Member,
  type ModelColumn,
  predictTable,
  type TableModel,
  type TableModelFacts,
  type TablePrediction,
  unseenCategories,
} from './fit/table-model.ts'
export { type ActivationName, activationNames } from './network/activation.ts'
export { type ConvolutionLayer, type ConvolutionOptions, conv1d, conv2d } from './network/convolution.ts'
export { type EmbeddedColumn, type EmbeddingLayer, embedding, embeddingSize } from './network/embedding.ts'
export { type InitializerName, initializerNames } from './network/initializer.ts'
export {
  type ActivationLayer,
  activation,
  type BatchNormLayer,
  batchNorm,
  type DenseLayer,
  type DropoutLayer,
  dense,
  dropout,
  type FlattenLayer,
  flatten,
  type Layer,
  type LayerNormLayer,
  layerNorm,
  type ResidualLayer,
  residual,
  type SequentialLayer,
  sequential,
} from './network/layer.ts'
export type { ClassWeights, Loss } from './network/loss.ts'
export { countParameters, defineNetwork, type Network } from './network/network.ts'
export type { Adagrad, Adam, AdamW, NAdam, Optimizer, RmsProp, Sgd } from './network/optimizer.ts'
export {
  averagePool,
  type GlobalPoolingLayer,
  globalPool,
  maxPool,
  type PoolingLayer,
  type PoolingOptions,
} from './network/pooling.ts'
export type { ExampleShape } from './network/shape.ts'
export type { TensorDescription, TensorStart } from './network/tensors.ts'
export { configureRuntime, describeRuntime, type RuntimeKind, type RuntimeOptions } from './runtime/choose.ts'
export { releaseSessions } from './runtime/shared-sessions.ts'
export {
  type ConvArchitecture,
  type ConvParams,
  convNetwork,
  convSpace,
  type ImageShape,
} from './spaces/conv-space.ts'
export { type DenseTrialParams, denseObjective, denseTest } from './spaces/dense-objective.ts'
export {
  type DenseArchitecture,
  type DenseParams,
  denseNetwork,
  denseSpace,
  type LayerStyle,
  type NormalizationName,
} from './spaces/dense-space.ts'
export {
  type ConvTrialParams,
  convObjective,
  convTest,
  type ResNetTrialParams,
  resNetObjective,
  resNetTest,
} from './spaces/image-objective.ts'
export type {
  CostOptions,
  ObjectiveOptions as DenseTrainingOptions,
  ObjectiveOptions,
  ObjectiveValue,
  TrialLike,
} from './spaces/objective.ts'
export { type ResNetArchitecture, type ResNetParams, resNetNetwork, resNetSpace } from './spaces/res-net-space.ts'
export {
  type TableObjectiveOptions,
  type TableTrialParams,
  tableObjective,
  tableTest,
} from './spaces/table-objective.ts'
export {
  type TableArchitecture,
  type TableParams,
  type TableShape,
  tableNetwork,
  tableSpace,
} from './spaces/table-space.ts'
export {
  imageTrainingSpace,
  type RecipeOptions,
  recipeFor,
  type TrainingParams,
  type TrialRecipe,
  trainingSpace,
} from './spaces/training-space.ts'
export type { Augmentation } from './train/augmentation.ts'
export type { Averaging } from './train/averaging.ts'
export type { Checkpoint } from './train/checkpoint.ts'
export type { EarlyStopping } from './train/early-stopping.ts'
export type { ClassifierEpoch, Epoch, ValidatedEpoch } from './train/epoch.ts'
export { type ClassifierEvaluation, type EvaluateOptions, type Evaluation, evaluate } from './train/evaluate.ts'
export { exportOnnx } from './train/export.ts'
export {
  classifierMetrics,
  type MetricName,
  regressionMetrics,
} from './train/metrics.ts'
export { createModel, type Model } from './train/model.ts'
export { type CostName, type ModelCostOptions, type ModelCosts, modelCosts } from './train/model-costs.ts'
export type { Execution, TrainOptions } from './train/options.ts'
export type { Clipping, Recipe } from './train/recipe.ts'
export {
  checkpointFromBytes,
  checkpointToBytes,
  loadCheckpoint,
  loadModel,
  modelFromBytes,
  modelToBytes,
  saveCheckpoint,
  saveModel,
} from './train/save.ts'
export type { Schedule } from './train/schedule.ts'
export { train } from './train/train.ts'
