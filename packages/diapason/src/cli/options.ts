import { InvalidArgumentError } from 'commander'
import { DiapasonError, OptionError } from '../errors.ts'
import { ashaPruner } from '../pruners/asha.ts'
import { hyperbandPruner } from '../pruners/hyperband.ts'
import { medianPruner } from '../pruners/median.ts'
import { noPruner } from '../pruners/no-pruning.ts'
import { pashaPruner } from '../pruners/pasha.ts'
import { patientPruner } from '../pruners/patient.ts'
import { percentilePruner } from '../pruners/percentile.ts'
import { promotionPruner } from '../pruners/promotion.ts'
import type { Pruner } from '../pruners/pruner.ts'
import { thresholdPruner } from '../pruners/threshold.ts'
import { wilcoxonPruner } from '../pruners/wilcoxon.ts'
import { autoSampler } from '../samplers/auto.ts'
import { cmaesSampler } from '../samplers/cmaes.ts'
import { gpSampler } from '../samplers/gp.ts'
import { gridSampler } from '../samplers/grid.ts'
import { nsga2Sampler, nsga3Sampler } from '../samplers/nsga.ts'
import { quasiRandomSampler } from '../samplers/quasi-random.ts'
import { randomSampler } from '../samplers/random.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { tpeSampler } from '../samplers/tpe.ts'
import { parseDuration } from '../study/budget.ts'

/** Numbers by option name, as they stand behind a sampler's or pruner's name: `asha:eta=4,min=2`. */
type NumberOptions = { readonly [option: string]: number }

interface Choice<T> {
  readonly options: readonly string[]
  readonly make: (options: NumberOptions) => T
}

const SAMPLERS: { readonly [name: string]: Choice<Sampler> } = {
  auto: { options: [], make: () => autoSampler() },
  gp: { options: ['startupTrials'], make: (options) => gpSampler(options) },
  tpe: { options: [], make: () => tpeSampler() },
  cmaes: { options: ['startupTrials', 'populationSize'], make: (options) => cmaesSampler(options) },
  nsga2: { options: ['populationSize'], make: (options) => nsga2Sampler(options) },
  nsga3: { options: ['populationSize'], make: (options) => nsga3Sampler(options) },
  random: { options: [], make: () => randomSampler() },
  'quasi-random': { options: [], make: () => quasiRandomSampler() },
  grid: { options: ['maxPoints'], make: (options) => gridSampler(options) },
}

const RUNGS = ['min', 'max', 'eta']
const SCHEDULE = ['startupTrials', 'warmupSteps', 'intervalSteps', 'minPeers']

const PRUNERS: { readonly [name: string]: Choice<Pruner> } = {
  none: { options: [], make: () => noPruner() },
  median: { options: SCHEDULE, make: (options) => medianPruner(options) },
  percentile: {
    options: ['keep', ...SCHEDULE],
    make: ({ keep = 25, ...options }) => percentilePruner(keep, options),
  },
  asha: { options: [...RUNGS, 'skipRungs', 'startupTrials'], make: (options) => ashaPruner(options) },
  promotion: { options: [...RUNGS, 'skipRungs', 'brackets'], make: (options) => promotionPruner(options) },
  pasha: { options: RUNGS, make: (options) => pashaPruner(options) },
  hyperband: { options: RUNGS, make: (options) => hyperbandPruner(options) },
  threshold: {
    options: ['lower', 'upper', 'warmupSteps', 'intervalSteps'],
    make: (options) => thresholdPruner(options),
  },
  wilcoxon: { options: ['threshold', 'startupSteps'], make: (options) => wilcoxonPruner(options) },
  patient: {
    options: ['patience', 'minDelta'],
    make: ({ patience = 3, minDelta = 0 }) => patientPruner(undefined, { patience, minDelta }),
  },
}

/** For help: every name with its options, one a line. */
export const SAMPLER_LIST = listOf(SAMPLERS)
export const PRUNER_LIST = listOf(PRUNERS)

export const KNOWN_GOOD_HELP =
  'after the defaults, what did well elsewhere for this kind of network (default: the file)'
export const ABLATE_HELP = 'in the end, up to <n> trainings between default and winner: which change earned how much'
export const TESTS_HELP =
  'seeds with which default and winner are trained again and tested at the end; 0: no test (default: 5)'

export const CHECKPOINTS_HELP =
  'a folder that all workers see, for checkpoints of paused trials (default: beside the file that keeps the study)'

/** A sampler by name, such as `tpe` or `grid:maxPoints=5000`. @throws {InvalidArgumentError} */
export function parseSampler(text: string): Sampler {
  return make('sampler', SAMPLERS, text)
}

/** A pruner by name, such as `hyperband` or `asha:eta=4,skipRungs=1`. @throws {InvalidArgumentError} */
export function parsePruner(text: string): Pruner {
  return make('pruner', PRUNERS, text)
}

/** A whole number of at least 1. @throws {InvalidArgumentError} */
export function parseCountFlag(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text.trim()) && Number.isSafeInteger(count) && count >= 1) return count
  throw new InvalidArgumentError('Give a whole number of at least 1.')
}

/** A whole number of at least 0. @throws {InvalidArgumentError} */
export function parseIndex(text: string): number {
  if (/^\d+$/.test(text.trim())) return Number(text)
  throw new InvalidArgumentError('Give a whole number of at least 0.')
}

export const CONFIRM_HELP =
  'share of the budget in which the best are trained again with fresh seeds, as the best of many scores is a lucky one; 0%: none (default: 15%)'

/** A share below one: `15%` or `0.15`. @throws {InvalidArgumentError} */
export function parseShareFlag(text: string): number {
  const match = /^\s*(\d*\.?\d+)\s*(%?)\s*$/.exec(text)
  const share = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1)
  if (share >= 0 && share < 1) return share
  throw new InvalidArgumentError('Give a share below one, such as 15% or 0.15.')
}

/** A whole number. @throws {InvalidArgumentError} */
export function parseSeedFlag(text: string): number {
  const seed = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(seed)) return seed
  throw new InvalidArgumentError('Give a whole number.')
}

/** A port: a whole number from 0 to 65535. */
export function parsePortFlag(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text)
  throw new OptionError(
    `A port is a whole number from 0 to 65535, got "${text}"`,
    'Give another; 0 takes any that is free',
  )
}

/** Any number. @throws {InvalidArgumentError} */
export function parseNumberFlag(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && !Number.isNaN(number)) return number
  throw new InvalidArgumentError('Give a number.')
}

/** Milliseconds of `90s`, `10m`, `1.5h`. @throws {InvalidArgumentError} */
export function parseDurationFlag(text: string): number {
  try {
    return parseDuration('time', text)
  } catch {
    throw new InvalidArgumentError("Give a number with a unit, such as '90s', '10m', '1.5h'.")
  }
}

function make<T>(kind: string, choices: { readonly [name: string]: Choice<T> }, text: string): T {
  const [name = '', ...rest] = text.split(':')
  const choice = Object.hasOwn(choices, name) ? choices[name] : undefined
  if (choice === undefined) {
    throw new InvalidArgumentError(`There is no ${kind} "${name}". Known: ${Object.keys(choices).join(', ')}.`)
  }
  const options = parseNumberOptions(name, choice.options, rest.join(':'))
  try {
    return choice.make(options)
  } catch (error) {
    if (error instanceof DiapasonError) throw new InvalidArgumentError(error.message)
    throw error
  }
}

function parseNumberOptions(name: string, known: readonly string[], text: string): NumberOptions {
  const options: { [option: string]: number } = {}
  for (const part of text === '' ? [] : text.split(',')) {
    const [option = '', value = ''] = part.split('=').map((side) => side.trim())
    if (!known.includes(option)) {
      const list = known.length === 0 ? `"${name}" has none` : `"${name}" has ${known.join(', ')}`
      throw new InvalidArgumentError(`There is no option "${option}": ${list}.`)
    }
    if (value === '' || Number.isNaN(Number(value))) {
      throw new InvalidArgumentError(`Write ${option} with a number, such as ${name}:${option}=3.`)
    }
    options[option] = Number(value)
  }
  return options
}

function listOf(choices: { readonly [name: string]: Choice<unknown> }): string {
  return Object.entries(choices)
    .map(([name, { options }]) => `  ${name.padEnd(14)}${options.join(', ')}`.trimEnd())
    .join('\n')
}
