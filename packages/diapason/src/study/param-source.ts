import { SpaceError } from '../errors.ts'
import type { Rng } from '../math/rng.ts'
import { defaultParams, defaultValue } from '../space/defaults.ts'
import { compatibleDistributions, type Distribution, type ParamValue, sameDistribution } from '../space/distribution.ts'
import type { Entries } from '../space/nodes.ts'
import { checkParams, flattenParams, type NestedParams, nestParams } from '../space/params-tree.ts'
import {
  compileSpace,
  isActive,
  type Parameter,
  type ParamValues,
  type SearchSpace,
  searchSpaceOf,
} from '../space/search-space.ts'
import { replaySpace, type SpaceFunction } from '../space/suggest.ts'
import { createObservedSpace } from '../trial/observed-space.ts'
import type { TrialRecord } from '../trial/trial-record.ts'

/** What a new trial starts from. */
export interface Draft {
  /** Values that somebody fixed; may be a part of them, or none. */
  readonly fixed: ParamValues
  /** Is this the first trial that nobody fixed? It takes the defaults, where there are any. */
  readonly isFirst: boolean
  /** The sampler's proposal, asked for only where it is needed. */
  readonly propose: () => ParamValues
  /** For parameters that neither fixed values nor the proposal cover. */
  readonly rng: Rng
}

/** The parameters of a new trial, and how they came about. */
export interface Filled<P> {
  readonly value: P
  readonly params: ParamValues
  readonly distributions: { readonly [path: string]: Distribution }
  readonly origin: 'fixed' | 'default' | 'sampler'
}

/** Declared and define-by-run spaces behind one face. `P` is what the objective receives. */
export interface ParamSource<P> {
  /** The declared space; undefined for define-by-run. */
  readonly entries: Entries | undefined
  /** The space as known now. */
  space(): SearchSpace
  /** Hears of each finished trial. */
  observe(trial: TrialRecord): void
  /** @throws {SpaceError} where fixed values do not fit */
  fill(draft: Draft): Filled<P>
  /** What the objective received for stored values. */
  rebuild(params: ParamValues): P
  /** Values by path from what a person gave (nested, or by path), checked. @throws {SpaceError} */
  flatten(params: NestedParams): ParamValues
  /** Which points may be tried; absent: all. Points of which too little is known may. */
  isAllowed?(params: ParamValues): boolean
  /** The default configuration, where one is declared. */
  readonly defaults: ParamValues | undefined
}

/** A declared space. @throws {SpaceError} where it is wrong */
export function declaredSource<P>(entries: Entries): ParamSource<P> {
  const space = compileSpace(entries)
  const defaults = defaultParams(space)
  // The type of the nested values is Infer<entries>; createStudy states it.
  const rebuild = (params: ParamValues) => nestParams(entries, params) as P
  return {
    entries,
    defaults,
    space: () => space,
    observe: (trial) => checkStored(space, trial),
    rebuild,
    flatten: (params) => (isFlat(space, params) ? params : flattenParams(entries, space, params)),
    fill(draft) {
      checkParams(space, draft.fixed)
      const { params, origin } = fillDeclared(space, defaults, draft)
      return { value: rebuild(params), params, distributions: distributionsOf(space, params), origin }
    },
  }
}

/** Values by path already: every name is a parameter's, and all are scalars. */
function isFlat(space: SearchSpace, params: NestedParams): params is ParamValues {
  const entries = Object.entries(params)
  if (!entries.every(([name, value]) => space.byName.has(name) && (value === null || typeof value !== 'object')))
    return false
  checkParams(space, params as ParamValues)
  return true
}

function checkStored(space: SearchSpace, trial: TrialRecord): void {
  for (const [path, distribution] of Object.entries(trial.distributions)) {
    const declared = space.byName.get(path)?.distribution
    if (declared !== undefined && !compatibleDistributions(declared, distribution)) {
      throw new SpaceError(
        path,
        `trial ${trial.number} of this study has it as ${distribution.kind} with another scale or other options`,
        'Keep the options as they were, or start a study of another name',
      )
    }
  }
}

function fillDeclared(
  space: SearchSpace,
  defaults: ParamValues | undefined,
  { fixed, isFirst, propose, rng }: Draft,
): Pick<Filled<unknown>, 'params' | 'origin'> {
  const byFixed = walk(space, ({ name }) => firstHeld(name, fixed))
  if (byFixed.missing.length === 0) return { params: byFixed.params, origin: 'fixed' }
  const base = isFirst && defaults !== undefined ? defaults : propose()
  // What the base lacks became active through a fixed value: nothing is known of it, so it is drawn.
  const { params } = walk(space, ({ name, column }) => {
    const held = firstHeld(name, fixed, base)
    return held === undefined ? column.decode(rng.split(name).next()) : held
  })
  const origin = Object.keys(fixed).length > 0 ? 'fixed' : base === defaults ? 'default' : 'sampler'
  return { params, origin }
}

/** The value of the first that holds one. Not `??`: null is a value. */
function firstHeld(name: string, ...held: readonly ParamValues[]): ParamValue | undefined {
  return held.find((params) => Object.hasOwn(params, name))?.[name]
}

function walk(space: SearchSpace, choose: (parameter: Parameter) => ParamValue | undefined) {
  const params: { [path: string]: ParamValue } = {}
  const missing: string[] = []
  for (const parameter of space.parameters) {
    if (!isActive(parameter, params)) continue
    const value = choose(parameter)
    if (value === undefined) missing.push(parameter.name)
    else params[parameter.name] = value
  }
  return { params, missing }
}

type Distributions = { readonly [path: string]: Distribution }
/** Trials with the same active parameters share one object: ten thousand trials hold it once. */
const shared = new WeakMap<SearchSpace, Map<string, Distributions>>()

function distributionsOf(space: SearchSpace, params: ParamValues): Distributions {
  const byPaths = shared.get(space) ?? new Map<string, Distributions>()
  shared.set(space, byPaths)
  const key = Object.keys(params).join('\n')
  const distributions = byPaths.get(key) ?? pickDistributions(space, params)
  byPaths.set(key, distributions)
  return distributions
}

function pickDistributions(space: SearchSpace, params: ParamValues): Distributions {
  const distributions: { [path: string]: Distribution } = {}
  for (const path of Object.keys(params)) {
    const parameter = space.byName.get(path)
    if (parameter !== undefined) distributions[path] = parameter.distribution
  }
  return distributions
}

/** A define-by-run space: what it holds is learned from the trials. */
export function dynamicSource<P>(space: SpaceFunction<P>): ParamSource<P> {
  const observed = createObservedSpace()
  return {
    entries: undefined,
    defaults: undefined,
    space: () => observed.space(),
    observe: (trial) => observed.add(trial),
    flatten: (params) => params as ParamValues, // names are not known before the function runs
    rebuild(params) {
      const resolve = ({ name }: Parameter) => {
        const value = params[name]
        if (value === undefined)
          throw new SpaceError(name, 'the trial has no value for it', 'The space function has changed since')
        return value
      }
      return replaySpace(space, resolve).value
    },
    fill: (draft) => fillDynamic(space, observed.space(), draft),
  }
}

function fillDynamic<P>(
  space: SpaceFunction<P>,
  known: SearchSpace,
  { fixed, isFirst, propose, rng }: Draft,
): Filled<P> {
  let declaresDefaults = false
  const fixedNames = Object.keys(fixed)
  const fixedOr = ({ name }: Parameter, otherwise: () => ParamValue) => {
    const held = firstHeld(name, fixed)
    return held === undefined ? otherwise() : held
  }
  if (isFirst) {
    const replay = replaySpace(space, (parameter) => {
      declaresDefaults ||= parameter.default !== undefined
      return fixedOr(parameter, () => defaultValue(parameter))
    })
    if (declaresDefaults) return filledFrom(replay, fixedNames.length > 0 ? 'fixed' : 'default')
  }
  const proposal = known.parameters.length === 0 ? {} : propose()
  const replay = replaySpace(space, (parameter) =>
    fixedOr(parameter, () => {
      const expected = known.byName.get(parameter.name)
      const proposed = firstHeld(parameter.name, proposal)
      const usable =
        proposed !== undefined &&
        expected !== undefined &&
        sameDistribution(expected.distribution, parameter.distribution)
      return usable ? proposed : parameter.column.decode(rng.split(parameter.name).next())
    }),
  )
  return filledFrom(replay, fixedNames.length > 0 ? 'fixed' : 'sampler')
}

/** The space of a study that was opened without one: what its trials show. The objective receives values by path. */
export function observedSource(): ParamSource<ParamValues> {
  const observed = createObservedSpace()
  return {
    entries: undefined,
    defaults: undefined,
    space: () => observed.space(),
    observe: (trial) => observed.add(trial),
    flatten: (params) => params as ParamValues, // checked in `fill`, where the space is known
    rebuild: (params) => params,
    fill(draft) {
      const space = observed.space()
      checkParams(space, draft.fixed)
      const { params, origin } = fillDeclared(space, undefined, draft)
      return { value: params, params, distributions: distributionsOf(space, params), origin }
    },
  }
}

function filledFrom<P>(replay: ReturnType<typeof replaySpace<P>>, origin: Filled<P>['origin']): Filled<P> {
  const space = searchSpaceOf(replay.parameters)
  return { value: replay.value, params: replay.params, distributions: distributionsOf(space, replay.params), origin }
}
