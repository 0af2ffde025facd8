import { SpaceError } from '../errors.ts'
import { type Column, columnOf } from './column.ts'
import {
  checkDistribution,
  type Distribution,
  type FloatDistribution,
  type IntDistribution,
  type ParamValue,
  sameValue,
} from './distribution.ts'
import type { BranchNode, ChoiceNode, Entries, FloatNode, IntNode, RepeatNode, SpaceNode } from './nodes.ts'
import { type Prior, priorOfChoice, priorOfNumber } from './prior.ts'
import { valueText } from './value-text.ts'

/** Parameters by path: `{ optimizer: 'sgd', 'optimizer.sgd.momentum': 0.9 }`. Inactive parameters are absent. */
export type ParamValues = { readonly [path: string]: ParamValue }

/** When a parameter takes part: its parent holds one of `values`, or a count of at least `atLeast`. */
export type Condition =
  | { readonly parent: string; readonly values: readonly ParamValue[] }
  | { readonly parent: string; readonly atLeast: number }

/** One parameter of a search space, as every sampler sees it. */
export interface Parameter {
  /** Its path, such as `layers.0.units`. */
  readonly name: string
  readonly distribution: Distribution
  readonly column: Column
  /** Undefined: always active. */
  readonly condition: Condition | undefined
  /** The declared default, or undefined. */
  readonly default: ParamValue | undefined
  /** Where the best value is expected, as declared. */
  readonly prior?: Prior
}

/** A search space flattened to its parameters; a parent always stands before what depends on it. */
export interface SearchSpace {
  readonly parameters: readonly Parameter[]
  readonly byName: ReadonlyMap<string, Parameter>
}

/**
 * Checks a declared space and flattens it.
 * @throws {SpaceError} naming the path of the parameter that is wrong
 */
export function compileSpace(entries: Entries): SearchSpace {
  const parameters: Parameter[] = []
  compileEntries(entries, '', undefined, parameters)
  const space = searchSpaceOf(parameters)
  if (space.byName.size < parameters.length) throw samePath(parameters)
  return space
}

/** A search space from its parameters, parents first. */
export function searchSpaceOf(parameters: readonly Parameter[]): SearchSpace {
  return { parameters, byName: new Map(parameters.map((parameter) => [parameter.name, parameter])) }
}

/** Does the parameter take part, given the values of its parents? */
export function isActive(parameter: Parameter, params: ParamValues): boolean {
  const { condition } = parameter
  if (condition === undefined) return true
  const held = params[condition.parent]
  if (held === undefined) return false
  if ('atLeast' in condition) return typeof held === 'number' && held >= condition.atLeast
  return condition.values.some((value) => sameValue(value, held))
}

/**
 * A parameter with its axis, from a distribution.
 * @throws {SpaceError} where name, range or default cannot be
 */
export function parameterOf(
  name: string,
  distribution: Distribution,
  condition?: Condition,
  declaredDefault?: ParamValue,
): Parameter {
  checkName(name, name)
  const checked = checkDistribution(name, distribution)
  const column = columnOf(checked)
  if (declaredDefault !== undefined && !column.contains(declaredDefault)) {
    throw new SpaceError(
      name,
      `its default ${valueText(declaredDefault)} lies outside ${rangeText(checked)}`,
      'Give a default that the parameter can take',
    )
  }
  return { name, distribution: checked, column, condition, default: declaredDefault }
}

/** A distribution's values in short: `[1e-5, 0.1]` or `{"relu", "tanh"}`. */
export function rangeText(distribution: Distribution): string {
  if (distribution.kind === 'categorical') return `{${distribution.choices.map(valueText).join(', ')}}`
  const { kind, low, high, step } = distribution
  const usual = step === null || (kind === 'int' && step === 1)
  return `[${low}, ${high}]${usual ? '' : ` step ${step}`}`
}

function compileEntries(entries: Entries, path: string, condition: Condition | undefined, out: Parameter[]): void {
  checkEntries(entries, path)
  for (const [name, node] of Object.entries(entries)) {
    const below = path === '' ? name : `${path}.${name}`
    checkName(name, below)
    if (name.includes('.')) {
      throw new SpaceError(below, 'a name must not hold a dot', 'Dots separate the parts of a path; rename it')
    }
    compileNode(node, below, condition, out)
  }
}

function checkEntries(entries: unknown, path: string): void {
  const isObject = typeof entries === 'object' && entries !== null && !Array.isArray(entries)
  // float(0, 1) where { name: float(0, 1) } was meant.
  const isNode = isObject && 'kind' in entries && typeof entries.kind === 'string'
  if (isObject && !isNode) return
  const got = isNode ? `a single ${entries.kind}` : valueText(entries)
  throw new SpaceError(path, `a space is an object of named parameters, got ${got}`, 'Write { name: float(0, 1) }')
}

function checkName(name: string, path: string): void {
  if (typeof name !== 'string' || name === '') {
    throw new SpaceError(path, `a name must be a text that is not empty, got ${valueText(name)}`, 'Give it a name')
  }
  // The one key that plain objects of parameters cannot hold.
  if (name === '__proto__') throw new SpaceError(path, 'this name is reserved by JavaScript', 'Rename it')
}

function samePath(parameters: readonly Parameter[]): SpaceError {
  const seen = new Set<string>()
  const twice = parameters.find(({ name }) => seen.size === seen.add(name).size)
  return new SpaceError(
    twice?.name ?? '',
    'two parameters have this path',
    'Rename the one whose branch label has dots',
  )
}

function compileNode(node: SpaceNode, path: string, condition: Condition | undefined, out: Parameter[]): void {
  switch (node?.kind) {
    case 'float': {
      const { kind, low, high, log, step } = node
      out.push(withPrior(parameterOf(path, { kind, low, high, log, step }, condition, node.default), node))
      return
    }
    case 'int': {
      const { kind, low, high, log, step } = node
      out.push(withPrior(parameterOf(path, { kind, low, high, log, step }, condition, node.default), node))
      return
    }
    case 'choice': {
      const distribution = { kind: 'categorical', choices: node.options } as const
      out.push(withPrior(parameterOf(path, distribution, condition, node.default), node))
      return
    }
    case 'branch':
      compileBranch(node, path, condition, out)
      return
    case 'repeat':
      compileRepeat(node, path, condition, out)
      return
    default:
      node satisfies never
      throw new SpaceError(
        path,
        `expected float, int, choice, branch or repeat, got ${valueText(node)}`,
        'Fixed values belong into the objective',
      )
  }
}

function withPrior(parameter: Parameter, node: FloatNode | IntNode | ChoiceNode): Parameter {
  if (node.prior === undefined) return parameter
  const { name, distribution, column } = parameter
  const prior =
    node.kind === 'choice'
      ? priorOfChoice(name, column, node.prior)
      : // Cast: the node is a number, and so is its distribution.
        priorOfNumber(name, distribution as FloatDistribution | IntDistribution, column, node.prior)
  return { ...parameter, prior }
}

function compileBranch(node: BranchNode, path: string, condition: Condition | undefined, out: Parameter[]): void {
  const { key, cases } = node
  if (typeof key !== 'string' || key === '' || key === '__proto__') {
    throw new SpaceError(path, `branch needs a key for its label, got ${valueText(key)}`, "Name one, such as 'kind'")
  }
  if (typeof cases !== 'object' || cases === null || Array.isArray(cases) || Object.keys(cases).length === 0) {
    throw new SpaceError(path, `branch needs cases, got ${valueText(cases)}`, 'Give it { label: { … } }')
  }
  const labels = Object.keys(cases)
  out.push(parameterOf(path, { kind: 'categorical', choices: labels }, condition, node.default))
  for (const [label, entries] of Object.entries(cases)) {
    const below = `${path}.${label}`
    checkName(label, below)
    checkEntries(entries, below)
    if (Object.hasOwn(entries, key)) {
      throw new SpaceError(
        `${below}.${key}`,
        `the branch keeps its label under "${key}"`,
        'Rename the parameter or the key',
      )
    }
    compileEntries(entries, below, { parent: path, values: [label] }, out)
  }
}

function compileRepeat(node: RepeatNode, path: string, condition: Condition | undefined, out: Parameter[]): void {
  const { min, max } = node
  if (!(min >= 0)) throw new SpaceError(path, `repeat needs min ≥ 0, got ${valueText(min)}`, 'Raise min')
  if (max > 1000) throw new SpaceError(path, `repeat allows at most 1,000 copies, got ${max}`, 'Lower max')
  out.push(parameterOf(path, { kind: 'int', low: min, high: max, log: false, step: 1 }, condition, node.default))
  checkEntries(node.entries, `${path}.0`)
  for (let i = 0; i < max; i++) compileEntries(node.entries, `${path}.${i}`, { parent: path, atLeast: i + 1 }, out)
}
