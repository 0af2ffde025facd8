import { SpaceError, StudyError } from '../errors.ts'
import { toStored } from '../space/column.ts'
import { compatibleDistributions, type Distribution, type ParamValue } from '../space/distribution.ts'
import { rangeText } from '../space/search-space.ts'
import type { NewTrial, Outcome } from './storage.ts'

/** What a failed trial says where nobody stored a reason. */
export const NO_REASON = 'no reason was stored'

/** A number as columns keep it: −0 becomes 0, since SQLite stores whole numbers as integers. */
export function storedNumber(value: number): number {
  return value + 0
}

/** Milliseconds since 1970 as columns keep them: to the microsecond. */
export function storedTime(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

/**
 * The values that an outcome leaves behind.
 * A pruned trial's last report may be NaN, which no database of Optuna can hold as a value: it leaves none then.
 * @throws {StudyError} where a complete trial has no values or NaN among them
 */
export function outcomeValues(outcome: Outcome): readonly number[] {
  if (outcome.state === 'failed') return []
  const unusable = outcome.values.some((value) => typeof value !== 'number' || Number.isNaN(value))
  if (outcome.state === 'pruned') return unusable ? [] : outcome.values.map(storedNumber)
  if (unusable || outcome.values.length === 0) {
    throw new StudyError(
      `A complete trial needs a number for every goal, got [${outcome.values.join(', ')}]`,
      'Finish it as failed, with the reason',
    )
  }
  return outcome.values.map(storedNumber)
}

/** How a template for a finished trial ends; undefined for one that waits or runs. */
export function outcomeOf(trial: NewTrial): Outcome | undefined {
  switch (trial.state) {
    case 'waiting':
    case 'running':
      return undefined
    case 'failed':
      return { state: 'failed', reason: trial.reason ?? NO_REASON }
    case 'complete':
    case 'pruned':
      return { state: trial.state, values: trial.values ?? [] }
    default:
      throw trial.state satisfies never
  }
}

/** A parameter as it was given, and as the double it is stored as. */
export type StoredParam = {
  readonly name: string
  readonly value: ParamValue
  readonly stored: number
  readonly distribution: Distribution
}

/**
 * Parameters as the doubles they are stored as, in the order given.
 * @throws {SpaceError} where one has no distribution or a value that cannot be stored
 */
export function storedParams(
  params: { readonly [path: string]: ParamValue },
  distributions: { readonly [path: string]: Distribution },
): StoredParam[] {
  return Object.entries(params).map(([name, value]) => {
    const distribution = Object.hasOwn(distributions, name) ? distributions[name] : undefined
    if (distribution === undefined) {
      throw new SpaceError(name, 'it has a value but no distribution', 'Pass the distribution that it was drawn from')
    }
    const stored = toStored(distribution, value)
    const listed = distribution.kind !== 'categorical' || stored >= 0
    if (!listed || Number.isNaN(stored)) {
      throw new SpaceError(
        name,
        `the value ${JSON.stringify(value)} is not one of ${rangeText(distribution)}`,
        'Store a value that the distribution can take',
      )
    }
    const kept = distribution.kind === 'categorical' ? value : storedNumber(stored)
    return { name, value: kept, stored: storedNumber(stored), distribution }
  })
}

/** @throws {SpaceError} where `next` cannot stand under the name that `first` already has in the study */
export function checkCompatible(name: string, first: Distribution, next: Distribution): void {
  if (compatibleDistributions(first, next)) return
  throw new SpaceError(
    name,
    `earlier trials of the study drew it from ${describe(first)}, this one from ${describe(next)}`,
    'Keep the kind, the log scale and the choices of a name, or use another name or another study',
  )
}

function describe(distribution: Distribution): string {
  const log = distribution.kind !== 'categorical' && distribution.log ? ' log' : ''
  return `${distribution.kind} ${rangeText(distribution)}${log}`
}

export function nameTaken(name: string): StudyError {
  return new StudyError(`A study named "${name}" exists already`, 'Open it, or choose another name')
}

export function noStudy(studyId: number): StudyError {
  return new StudyError(`There is no study with id ${studyId}`, 'It may have been deleted; list the studies')
}

const NO_TRIAL = 'There is no trial with id'

export function noTrial(trialId: number): StudyError {
  return new StudyError(`${NO_TRIAL} ${trialId}`, 'Its study may have been deleted; list the studies')
}

/** Is it a {@link noTrial}, from whatever storage, a gateway's included? */
export const isNoTrial = (error: unknown): boolean => error instanceof StudyError && error.message.startsWith(NO_TRIAL)

/** The error for a step that a trial in this state does not allow. */
export function wrongState(trialId: number, state: string, needed: string): StudyError {
  return new StudyError(
    `The trial with id ${trialId} is ${state}, and only ${needed} trials can be written to`,
    'A finished trial never changes; ask for a new one',
  )
}

export function paramTwice(trialId: number, name: string): StudyError {
  return new StudyError(
    `The trial with id ${trialId} has a value for "${name}" already`,
    'Set each parameter of a trial once',
  )
}
