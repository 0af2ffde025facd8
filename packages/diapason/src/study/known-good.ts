import { OptionError } from '../errors.ts'
import { defaultValue } from '../space/defaults.ts'
import type { ParamValue } from '../space/distribution.ts'
import { isActive, type Parameter, type ParamValues, type SearchSpace } from '../space/search-space.ts'
import { FIXED_PARAMS } from '../trial/trial-record.ts'
import type { Goals } from './goals.ts'
import {
  KNOWN_GOOD,
  type KnownConfiguration,
  type KnownNumber,
  NETWORK_KINDS,
  type NetworkKind,
} from './known-good-list.ts'
import type { Study } from './study.ts'
import { ATTR } from './study-parts.ts'

/** A configuration of a space, made of what did well elsewhere. */
export interface KnownGood {
  /** By path; what the source says nothing about has its default. */
  readonly params: ParamValues
  /** The paths that it says something about. */
  readonly known: readonly string[]
  readonly source: string
}

const MOST = 3
/** A batch size or another choice among numbers may be off by this factor. */
const NEAR = 1.5

/** What parameters are called, in lower case without marks between the words. */
const NAMES: { readonly [K in KnownNumber]: readonly string[] } = {
  learningRate: ['learningrate', 'lr', 'learningrateinit', 'initiallearningrate', 'lr0', 'eta'],
  momentum: ['momentum'],
  weightDecay: ['weightdecay', 'wd', 'decay', 'l2', 'alpha'],
  beta1: ['beta1', 'b1', 'adambeta1'],
  beta2: ['beta2', 'b2', 'adambeta2'],
  batchSize: ['batchsize', 'batch', 'bs', 'minibatchsize', 'perdevicetrainbatchsize'],
  dropout: ['dropout', 'dropoutrate', 'droprate', 'maxdropout', 'pdrop', 'hiddendropoutprob'],
  layers: ['layers', 'numlayers', 'nlayers', 'depth'],
  units: ['units', 'width', 'hidden', 'hiddenunits', 'hiddensize', 'maxunits'],
  labelSmoothing: ['labelsmoothing', 'labelsmoothingfactor'],
  warmUp: ['warmup', 'warmupratio', 'warmupfraction'],
}

const OPTIMIZER_NAMES = ['optimizer', 'optimiser', 'optim', 'solver']
const OPTIONS: { readonly [K in KnownConfiguration['optimizer']]: readonly string[] } = {
  adam: ['adam', 'adamw'],
  adamW: ['adamw', 'adam'],
  nadam: ['nadamw', 'nadam', 'adamw', 'adam'],
  sgd: ['sgd', 'momentum', 'nesterov', 'sgdmomentum'],
}

/**
 * Configurations of a space that did well for a kind of network elsewhere, the most promising first, at most three: parameters are known by
 * the last part of their names (`learningRate`, `lr`, `optimizer.sgd.momentum`), and must hold the value in their range.
 *
 * A space without an optimiser to choose is taken for SGD's where it has a momentum, else for Adam's. A configuration whose learning rate does
 * not fit is left out, and so are doubles and the default.
 * @param defaults are not repeated
 * @throws {OptionError} where there is no such kind
 */
export function knownGood(space: SearchSpace, kind: NetworkKind, defaults?: ParamValues): readonly KnownGood[] {
  if (!NETWORK_KINDS.includes(kind)) {
    throw new OptionError(
      `There are no known-good configurations for "${kind}"`,
      `Take one of ${NETWORK_KINDS.join(', ')}`,
    )
  }
  const found: KnownGood[] = []
  const seen = new Set(defaults === undefined ? [] : [JSON.stringify(defaults)])
  for (const configuration of KNOWN_GOOD[kind]) {
    const placed = placeIn(space, configuration)
    if (placed === undefined || found.length === MOST) continue
    const key = JSON.stringify(placed.params)
    if (seen.has(key)) continue
    seen.add(key)
    found.push(placed)
  }
  return found
}

/**
 * Queues the default and behind it what is known to be good for a kind of network, for a study that has no trials yet. Queued ones are marked
 * (`diapason:origin` is `known-good`, `diapason:source` says where it is from).
 * @returns what was queued beside the default; nothing where the study has trials, or its space is a function
 * @throws {OptionError} where there is no such kind
 * @example await queueKnownGood(study, 'convolutional')
 */
export async function queueKnownGood<P, G extends Goals>(
  study: Study<P, G>,
  kind: NetworkKind,
): Promise<readonly KnownGood[]> {
  await study.refresh()
  const found = knownGood(study.space, kind, study.defaults)
  if (study.entries === undefined || study.trials.length > 0 || found.length === 0) return []
  // The first trial that nobody fixed takes the defaults.
  if (study.defaults !== undefined) await study.add({ state: 'waiting' })
  for (const { params, source } of found) {
    const systemAttrs = { [FIXED_PARAMS]: params, [ATTR.origin]: 'known-good', [ATTR.source]: source }
    await study.add({ state: 'waiting', systemAttrs })
  }
  return found
}

/** Undefined where its optimiser or its learning rate has no place in the space. */
function placeIn(space: SearchSpace, { optimizer, numbers, source }: KnownConfiguration): KnownGood | undefined {
  const params: { [path: string]: ParamValue } = {}
  const known: string[] = []
  const family = optimizer === 'sgd' ? 'sgd' : 'adam'
  if (!space.parameters.some(isOptimizer) && familyOf(space) !== family) return undefined
  let isOptimizerPlaced = true
  let isRatePlaced = false
  for (const parameter of space.parameters) {
    if (!isActive(parameter, params)) continue
    const { name } = parameter
    const number = numberNamed(name)
    const wanted = isOptimizer(parameter)
      ? optionOf(parameter, OPTIONS[optimizer])
      : number === undefined
        ? undefined
        : valueIn(parameter, numbers[number])
    if (isOptimizer(parameter) && wanted === undefined) isOptimizerPlaced = false
    if (number === 'learningRate' && wanted !== undefined) isRatePlaced = true
    if (wanted !== undefined) known.push(name)
    params[name] = wanted ?? defaultValue(parameter)
  }
  return isOptimizerPlaced && isRatePlaced ? { params, known, source } : undefined
}

/** The optimiser that a space is for where it gives no choice of one. */
const familyOf = ({ parameters }: SearchSpace): 'sgd' | 'adam' =>
  parameters.some(({ name }) => numberNamed(name) === 'momentum') ? 'sgd' : 'adam'

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

const lastPart = (path: string): string => plain(path.slice(path.lastIndexOf('.') + 1))

const isOptimizer = ({ name, column }: Parameter): boolean =>
  column.kind === 'categorical' && OPTIMIZER_NAMES.includes(lastPart(name))

function numberNamed(path: string): KnownNumber | undefined {
  const name = lastPart(path)
  return (Object.keys(NAMES) as KnownNumber[]).find((number) => NAMES[number].includes(name))
}

function optionOf({ column }: Parameter, names: readonly string[]): ParamValue | undefined {
  const options = Array.from({ length: column.size }, (_, i) => column.valueAt(i))
  return names.flatMap((name) => options.filter((option) => plain(String(option)) === name))[0]
}

/** The parameter's value that is nearest; undefined where its range does not reach so far. */
function valueIn({ column, distribution }: Parameter, wanted: number | undefined): ParamValue | undefined {
  if (wanted === undefined) return undefined
  if (distribution.kind !== 'categorical') {
    const { low, high } = distribution
    return wanted >= low && wanted <= high ? column.decode(column.encode(wanted)) : undefined
  }
  const options = distribution.choices.filter((option) => typeof option === 'number')
  const distance = (option: number) => (option === wanted ? 0 : Math.abs(Math.log(option / wanted)))
  const nearest = options.toSorted((a, b) => distance(a) - distance(b))[0]
  return nearest !== undefined && distance(nearest) <= Math.log(NEAR) ? nearest : undefined
}
