import type { Entries, Infer } from '../space/nodes.ts'
import type { SpaceFunction } from '../space/suggest.ts'
import type { DeclaredStudyOptions, DynamicStudyOptions, Restriction, StudySettings } from './create-study.ts'
import type { Goals } from './goals.ts'
import type { NetworkKind } from './known-good-list.ts'
import type { Objective } from './optimize.ts'
import type { OptimizeOptions } from './run-limits.ts'

/** What `diapason run` finds as the default export of a study file. */
export interface StudyDefinition<P, G extends Goals> {
  readonly settings: StudySettings<G> & Restriction<P> & { readonly space: Entries | SpaceFunction<P> }
  readonly objective: Objective<P, G>
  /** Used where the command line says nothing else. */
  readonly budget: OptimizeOptions
  readonly test: FinalTest<P> | undefined
  /** What is known to be good for this kind of network is tried after the defaults. */
  readonly knownGood?: NetworkKind | undefined
}

/**
 * Trains a configuration once more and scores it on data that tuning never saw: one number an example, more is better
 * (1 right, 0 wrong). Default and winner are compared example by example, over several seeds.
 */
export type FinalTest<P> = (
  params: P,
  context: { readonly seed: number; readonly signal: AbortSignal },
) => Promise<ArrayLike<number>>

interface Definition<P, G extends Goals> {
  readonly objective: Objective<P, G>
  readonly budget?: OptimizeOptions
  readonly test?: FinalTest<P>
  /** `'dense'`, `'convolutional'`, `'recurrent'` or `'transformer'`: what is known to be good for such networks is tried after the defaults. */
  readonly knownGood?: NetworkKind
}

/**
 * Defines a study for the command line: the options of `createStudy`, the objective, and a budget.
 * @example
 * export default defineStudy({
 *   goals: { loss: 'minimize' },
 *   space: { learningRate: float(1e-5, 1, { log: true, default: 1e-3 }) },
 *   objective: async ({ learningRate }, trial) => train(learningRate, trial.signal),
 *   budget: { trials: 50 },
 * })
 */
export function defineStudy<const E extends Entries, const G extends Goals>(
  definition: DeclaredStudyOptions<E, G> & Definition<Infer<E>, G>,
): StudyDefinition<Infer<E>, G>
export function defineStudy<P, const G extends Goals>(
  definition: DynamicStudyOptions<P, G> & Definition<P, G>,
): StudyDefinition<P, G>
export function defineStudy<P, G extends Goals>(
  definition: StudySettings<G> & Restriction<P> & { readonly space: Entries | SpaceFunction<P> } & Definition<P, G>,
): StudyDefinition<P, G> {
  const { objective, budget = {}, test, knownGood, ...settings } = definition
  return { settings, objective, budget, test, knownGood }
}
