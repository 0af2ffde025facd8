import type { Classification, Regression } from '../data/dataset.ts'
import type { DataParts } from '../data/split.ts'
import { sizeOf } from '../network/shape.ts'
import type { CostName } from '../train/model-costs.ts'
import { type DenseArchitecture, denseNetwork } from './dense-space.ts'
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
import type { TrialRecipe } from './training-space.ts'

/** What a trial must bring; entries left out keep their defaults. */
export type DenseTrialParams = DenseArchitecture & TrialRecipe

const make: NetworkMaker<DenseTrialParams> = (params, data) =>
  denseNetwork(params, { inputs: sizeOf(data.featureShape), outputs: outputsFor(data) })

/**
 * An objective for `denseSpace`: trains, reports the validation accuracy (for numbers: the loss) of each epoch, returns the last one.
 *
 * @param parts the data, see `prepare`; the test part is not touched
 * @returns throws what `train` throws: a diverged training fails its trial with the cause
 * @example
 * const parts = prepare(await digits(), { validation: 0.2, test: 0.3 })
 * await study.optimize(denseObjective(parts), { time: '1m' })
 * @example
 * const study = await createStudy({ goals: { accuracy: 'maximize', parameters: 'minimize' }, space: denseSpace })
 * await study.optimize(denseObjective(parts, { costs: ['parameters'] }), { trials: 50 })
 */
export const denseObjective = <D extends Classification | Regression, C extends CostName = never>(
  parts: LearningParts<D>,
  options: ObjectiveOptions & CostOptions<C> = {},
): ((params: DenseTrialParams, trial: TrialLike) => Promise<ObjectiveValue<D, C>>) => objectiveFor(make, parts, options)

/**
 * The final judgement for `denseSpace`: trains anew and tells, example by example, what it gets right in the test part.
 *
 * @returns a function of parameters and seed; resolves to 1 (right) or 0 (wrong) per test example
 */
export const denseTest = (
  parts: DataParts<Classification>,
  options: ObjectiveOptions = {},
): ((params: DenseTrialParams, context: TestContext) => Promise<Uint8Array>) => testFor(make, parts, options)
