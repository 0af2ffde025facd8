import type { Classification, Dataset } from '../data/dataset.ts'
import type { DataParts } from '../data/split.ts'
import type { CostName } from '../train/model-costs.ts'
import { type ConvArchitecture, convNetwork } from './conv-space.ts'
import {
  type CostOptions,
  type LearningParts,
  type NetworkMaker,
  type ObjectiveOptions,
  type ObjectiveValue,
  objectiveFor,
  outputsFor,
  type TestContext,
  type TrialLike,
  testFor,
} from './objective.ts'
import { type ResNetArchitecture, resNetNetwork } from './res-net-space.ts'
import type { TrialRecipe } from './training-space.ts'

/** What a trial must bring; entries left out keep their defaults. */
export type ConvTrialParams = ConvArchitecture & TrialRecipe
export type ResNetTrialParams = ResNetArchitecture & TrialRecipe

const imagesOf = (data: Dataset) => ({ inputs: data.featureShape, outputs: outputsFor(data) })
const makeConv: NetworkMaker<ConvTrialParams> = (params, data) => convNetwork(params, imagesOf(data))
const makeResNet: NetworkMaker<ResNetTrialParams> = (params, data) => resNetNetwork(params, imagesOf(data))

/** An objective for `convSpace`: reports the validation accuracy of each epoch. @see denseObjective */
export const convObjective = <C extends CostName = never>(
  parts: LearningParts<Classification>,
  options: ObjectiveOptions & CostOptions<C> = {},
): ((params: ConvTrialParams, trial: TrialLike) => Promise<ObjectiveValue<Classification, C>>) =>
  objectiveFor(makeConv, parts, options)

/** The final judgement for `convSpace`, see {@link denseTest}. */
export const convTest = (
  parts: DataParts<Classification>,
  options: ObjectiveOptions = {},
): ((params: ConvTrialParams, context: TestContext) => Promise<Uint8Array>) => testFor(makeConv, parts, options)

/** An objective for `resNetSpace`: reports the validation accuracy of each epoch. @see denseObjective */
export const resNetObjective = <C extends CostName = never>(
  parts: LearningParts<Classification>,
  options: ObjectiveOptions & CostOptions<C> = {},
): ((params: ResNetTrialParams, trial: TrialLike) => Promise<ObjectiveValue<Classification, C>>) =>
  objectiveFor(makeResNet, parts, options)

/** The final judgement for `resNetSpace`, see {@link denseTest}. */
export const resNetTest = (
  parts: DataParts<Classification>,
  options: ObjectiveOptions = {},
): ((params: ResNetTrialParams, context: TestContext) => Promise<Uint8Array>) => testFor(makeResNet, parts, options)
