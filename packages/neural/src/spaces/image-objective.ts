import type { Classification, Dataset } from '../data/dataset.ts'
import type { DataParts } from '../data/split.ts'
import { type ConvArchitecture, convNetwork } from './conv-space.ts'
import {
  type LearningParts,
  type NetworkMaker,
  type ObjectiveOptions,
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
export const convObjective = (
  parts: LearningParts<Classification>,
  options: ObjectiveOptions = {},
): ((params: ConvTrialParams, trial: TrialLike) => Promise<number>) => objectiveFor(makeConv, parts, options)

/** The final judgement for `convSpace`, see {@link denseTest}. */
export const convTest = (
  parts: DataParts<Classification>,
  options: ObjectiveOptions = {},
): ((params: ConvTrialParams, context: TestContext) => Promise<Uint8Array>) => testFor(makeConv, parts, options)

/** An objective for `resNetSpace`: reports the validation accuracy of each epoch. @see denseObjective */
export const resNetObjective = (
  parts: LearningParts<Classification>,
  options: ObjectiveOptions = {},
): ((params: ResNetTrialParams, trial: TrialLike) => Promise<number>) => objectiveFor(makeResNet, parts, options)

/** The final judgement for `resNetSpace`, see {@link denseTest}. */
export const resNetTest = (
  parts: DataParts<Classification>,
  options: ObjectiveOptions = {},
): ((params: ResNetTrialParams, context: TestContext) => Promise<Uint8Array>) => testFor(makeResNet, parts, options)
