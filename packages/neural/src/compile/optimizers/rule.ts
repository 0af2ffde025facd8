import type { Value } from '../graph.ts'

/** What an update is built from: one parameter, its gradient, its slots and the optimiser's scalars, by name. */
export interface UpdateSite<Slot extends string, Scalar extends string> {
  readonly parameter: Value
  readonly gradient: Value
  readonly slots: Readonly<Record<Slot, Value>>
  readonly scalars: Readonly<Record<Scalar, Value>>
}

/**
 * An optimiser: the part that is compiled (`update`, of elementwise operations alone: see `update-kernel.ts`) and the part that is a
 * number a step (`scalarsAt`). Everything tunable is a scalar, so that only `key` decides whether a compiled kernel fits.
 */
export interface OptimizerRule<Slot extends string = string, Scalar extends string = string> {
  readonly key: string
  /** State kept per parameter, in the parameter's shape, zero at the start. */
  readonly slots: readonly Slot[]
  /** Inputs that hold one number. */
  readonly scalars: readonly Scalar[]
  update(site: UpdateSite<Slot, Scalar>): { readonly parameter: Value; readonly slots: Readonly<Record<Slot, Value>> }
  /** The scalars of step `step`, counted from 1. */
  scalarsAt(step: number, learningRate: number): Readonly<Record<Scalar, number>>
}
