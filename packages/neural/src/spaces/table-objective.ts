import type { Classification, Regression } from '../data/dataset.ts'
import type { DataParts } from '../data/split.ts'
import { sizeOf } from '../network/shape.ts'
import type { CostName } from '../train/model-costs.ts'
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
import { type TableArchitecture, type TableShape, tableNetwork } from './table-space.ts'
import type { TrialRecipe } from './training-space.ts'

/** What a trial must bring; entries left out keep their defaults. */
export type TableTrialParams = TableArchitecture & TrialRecipe

/** As for any objective, and the columns that hold categories: `embeddedColumns(encoding)`. */
export interface TableObjectiveOptions extends ObjectiveOptions {
  readonly categories?: TableShape['categories']
}

const maker =
  ({ categories = [] }: TableObjectiveOptions): NetworkMaker<TableTrialParams> =>
  (params, data) =>
    tableNetwork(params, { inputs: sizeOf(data.featureShape), outputs: outputsFor(data), categories })

/**
 * An objective for `tableSpace`: reports the validation accuracy of each epoch, for numbers the validation loss (to be minimised).
 *
 * @see denseObjective
 */
export const tableObjective = <D extends Classification | Regression, C extends CostName = never>(
  parts: LearningParts<D>,
  options: TableObjectiveOptions & CostOptions<C> = {},
): ((params: TableTrialParams, trial: TrialLike) => Promise<ObjectiveValue<D, C>>) =>
  objectiveFor(maker(options), parts, options)

/** The final judgement for `tableSpace`, see {@link denseTest}. */
export const tableTest = (
  parts: DataParts<Classification>,
  options: TableObjectiveOptions = {},
): ((params: TableTrialParams, context: TestContext) => Promise<Uint8Array>) => testFor(maker(options), parts, options)
