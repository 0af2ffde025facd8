import type { Attributes, TrialRecord } from './trial-record.ts'

/** Begins the system attributes that hold constraints (Optuna's keys): a number each, kept where it is at most 0. */
export const CONSTRAINT = 'constraints:'
/** Where Optuna before version 5 kept all of them, as a list. */
const LEGACY_CONSTRAINTS = 'constraints'

/** By how much a trial breaks its constraints in all; 0 where it keeps them, or has none. */
export function violationOf({ systemAttrs }: TrialRecord): number {
  let sum = 0
  for (const key in systemAttrs) {
    const value = systemAttrs[key]
    if (key.startsWith(CONSTRAINT)) sum += excessOf(value)
    else if (key === LEGACY_CONSTRAINTS && Array.isArray(value)) for (const each of value) sum += excessOf(each)
  }
  return sum
}

/** How each constraint of a trial came out, by name; without one, as in older lists of Optuna's, by place. */
export function constraintsOf({ systemAttrs }: TrialRecord): { readonly [name: string]: number } {
  const found: { [name: string]: number } = {}
  for (const [key, value] of Object.entries(systemAttrs)) {
    if (key.startsWith(CONSTRAINT) && typeof value === 'number') found[key.slice(CONSTRAINT.length)] = value
    if (key !== LEGACY_CONSTRAINTS || !Array.isArray(value)) continue
    for (const [i, each] of value.entries()) if (typeof each === 'number') found[`constraint ${i}`] = each
  }
  return found
}

/** The system attributes that hold a trial's constraints. */
export function constraintAttrs({ systemAttrs }: TrialRecord): Attributes {
  return Object.fromEntries(
    Object.entries(systemAttrs).filter(([key]) => key.startsWith(CONSTRAINT) || key === LEGACY_CONSTRAINTS),
  )
}

/** Does a trial keep all its constraints? */
export function isFeasible(trial: TrialRecord): boolean {
  return violationOf(trial) === 0
}

function excessOf(value: unknown): number {
  if (typeof value !== 'number') return 0
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : Math.max(0, value)
}
