import { SpaceError } from '../errors.ts'
import { columnOf } from '../space/column.ts'
import { type Distribution, sameDistribution, sameValue } from '../space/distribution.ts'
import { type Condition, type Parameter, parameterOf, type SearchSpace, searchSpaceOf } from '../space/search-space.ts'
import { byFirstAsked, countTrial, createPresence, type Presence, parentOf, type Split } from './presence.ts'
import type { TrialRecord } from './trial-record.ts'

/** A search space that is learned from trials, one at a time. */
export interface ObservedSpace {
  /**
   * Takes in a trial, finished or not; the order does not matter, and one may be added again when it has changed.
   * O(parameters), and as much again for each name that is new or absent for the first time.
   */
  add(trial: TrialRecord): void
  /** What is known now: the same object until something new is learned. */
  space(): SearchSpace
}

/** `latestTrial` is the number of the trial whose distribution the parameter has; Infinity: declared, never to change. */
type Observed = Presence & { parameter: Parameter; latestTrial: number }

/**
 * What trials have shown so far, for samplers that need axes where a space is define-by-run.
 *
 * - Every name that any trial holds is a parameter, with the distribution that the trial of the highest number has.
 * - Parameters stand in the order in which the trials, by number, first asked for them; so parents stand first.
 * - When a parameter takes part is inferred from the complete and pruned trials (others may not have asked for everything yet).
 *   It is conditional on an earlier choice whose values decide its presence without exception (`values`: those seen with it), or
 *   on an earlier integer that has such a threshold (`atLeast`: one above all that were seen without it). Of several, the one
 *   that held the fewest different values is the simplest; of equally simple ones the nearest counts.
 *
 * A parameter that is always there is unconditional, and so is one whose presence nothing explains: samplers then propose a value
 * for it at every point, which is used only where the space function asks for it.
 *
 * @param declared parameters that are known for certain: they stay as they are and stand first; only other names are learned
 */
export function createObservedSpace(declared?: SearchSpace): ObservedSpace {
  const byName = new Map<string, Observed>()
  for (const [position, parameter] of (declared?.parameters ?? []).entries()) {
    const first = { trial: -1, position }
    byName.set(parameter.name, observedOf(parameter, Number.POSITIVE_INFINITY, first))
  }
  let ordered: readonly Observed[] = [...byName.values()]
  let known: SearchSpace | undefined = declared
  let isFresh = declared !== undefined
  let isFirst = true

  function learn(trial: TrialRecord, name: string, position: number): void {
    const distribution = trial.distributions[name]
    if (distribution === undefined) return
    const first = { trial: trial.number, position }
    const observed = byName.get(name)
    if (observed === undefined) {
      byName.set(name, observedOf(learnedParameter(name, distribution), trial.number, first))
      ordered = []
      return
    }
    if (trial.number < observed.first.trial) {
      observed.first = first
      ordered = []
    }
    if (trial.number < observed.latestTrial) return
    observed.latestTrial = trial.number
    if (sameDistribution(observed.parameter.distribution, distribution)) return
    observed.parameter = learnedParameter(name, distribution, observed.parameter.condition)
  }

  function inOrder(): readonly Observed[] {
    if (ordered.length < byName.size) ordered = [...byName.values()].sort(byFirstAsked)
    return ordered
  }

  function count(trial: TrialRecord, names: readonly string[]): void {
    const all = inOrder()
    for (const observed of all) observed.position = -1
    for (const [position, name] of names.entries()) {
      const observed = byName.get(name)
      if (observed === undefined) continue
      observed.position = position
      observed.value = trial.params[name] ?? null
    }
    countTrial(all, isFirst)
    isFirst = false
  }

  return {
    add(trial) {
      const names = Object.keys(trial.params)
      if (names.length === 0) return
      isFresh = false
      for (const [position, name] of names.entries()) learn(trial, name, position)
      if (trial.state === 'complete' || trial.state === 'pruned') count(trial, names)
    },
    space() {
      if (known !== undefined && isFresh) return known
      isFresh = true
      const parameters = inOrder().map((observed) => withCondition(observed, byName))
      const before = known?.parameters ?? []
      const isSame = parameters.length === before.length && parameters.every((p, i) => p === before[i])
      if (known === undefined || !isSame) known = searchSpaceOf(parameters)
      return known
    },
  }
}

/** What these trials have shown; see {@link createObservedSpace}. O(trials × parameters). */
export function observedSpace(trials: readonly TrialRecord[], declared?: SearchSpace): SearchSpace {
  const observed = createObservedSpace(declared)
  for (const trial of trials) observed.add(trial)
  return observed.space()
}

function observedOf(parameter: Parameter, latestTrial: number, first: Presence['first']): Observed {
  const { kind } = parameter.distribution
  const decidesBy = kind === 'categorical' ? 'values' : kind === 'int' ? 'threshold' : undefined
  return { ...createPresence(parameter.name, decidesBy, first), parameter, latestTrial }
}

/** Stored by anybody: what we would not declare, such as an option listed twice (Python's 1 and 1.0), is taken as it is. */
function learnedParameter(name: string, distribution: Distribution, condition?: Condition): Parameter {
  try {
    return parameterOf(name, distribution, condition)
  } catch (error) {
    if (!(error instanceof SpaceError)) throw error
    return { name, distribution, column: columnOf(distribution), condition, default: undefined }
  }
}

/** The parameter with its condition as known now; the same object where that has not changed. */
function withCondition(observed: Observed, byName: ReadonlyMap<string, Observed>): Parameter {
  const { parameter } = observed
  if (observed.latestTrial === Number.POSITIVE_INFINITY) return parameter
  const found = parentOf(observed)
  const parent = found && byName.get(found.parent.name)
  const condition = found && parent && conditionOf(parent.parameter, found.split)
  if (!sameCondition(parameter.condition, condition)) observed.parameter = { ...parameter, condition }
  return observed.parameter
}

function conditionOf({ name, distribution }: Parameter, split: Split): Condition {
  if (split.kind === 'threshold') return { parent: name, atLeast: split.mostOutside + 1 }
  // In the order of the options, whichever trial came first.
  const options = distribution.kind === 'categorical' ? distribution.choices : []
  return { parent: name, values: options.filter((option) => split.inside.has(option)) }
}

function sameCondition(a: Condition | undefined, b: Condition | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.parent !== b.parent) return false
  if ('atLeast' in a || 'atLeast' in b) return 'atLeast' in a && 'atLeast' in b && a.atLeast === b.atLeast
  return a.values.length === b.values.length && a.values.every((value, i) => sameValue(value, b.values[i]))
}
