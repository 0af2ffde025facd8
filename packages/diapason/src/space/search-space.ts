import { SpaceError } from '../errors.ts'
import { type Column, columnOf } from './column.ts'
import { checkDistribution, type Distribution, type ParamValue } from './distribution.ts'
import type { BranchNode, Entries, RepeatNode, SpaceNode } from './nodes.ts'

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
  return searchSpaceOf(parameters)
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
  return condition.values.some((value) => Object.is(value, held))
}

/** A parameter with its axis, from a distribution. */
export function parameterOf(
  name: string,
  distribution: Distribution,
  condition?: Condition,
  declaredDefault?: ParamValue,
): Parameter {
  const checked = checkDistribution(name, distribution)
  const column = columnOf(checked)
  if (declaredDefault !== undefined && !column.contains(declaredDefault)) {
    throw new SpaceError(
      name,
      `its default ${JSON.stringify(declaredDefault)} lies outside ${rangeText(checked)}`,
      'Give a default that the parameter can take',
    )
  }
  return { name, distribution: checked, column, condition, default: declaredDefault }
}

/** A distribution's values in short: `[1e-5, 0.1]` or `{relu, tanh}`. */
export function rangeText(distribution: Distribution): string {
  if (distribution.kind === 'categorical') return `{${distribution.choices.map((c) => JSON.stringify(c)).join(', ')}}`
  const step =
    distribution.step === null || (distribution.kind === 'int' && distribution.step === 1)
      ? ''
      : ` step ${distribution.step}`
  return `[${distribution.low}, ${distribution.high}]${step}`
}

function compileEntries(entries: Entries, prefix: string, condition: Condition | undefined, out: Parameter[]): void {
  if (entries === null || typeof entries !== 'object' || Array.isArray(entries)) {
    throw new SpaceError(
      prefix,
      `a space is an object of named parameters, got ${JSON.stringify(entries)}`,
      'Write { name: float(0, 1) }',
    )
  }
  for (const [name, node] of Object.entries(entries)) {
    const path = prefix === '' ? name : `${prefix}.${name}`
    if (name === '' || name.includes('.')) {
      throw new SpaceError(
        path,
        'a name must not be empty or contain a dot',
        'Dots separate the parts of a path; rename it',
      )
    }
    compileNode(node, path, condition, out)
  }
}

function compileNode(node: SpaceNode, path: string, condition: Condition | undefined, out: Parameter[]): void {
  switch (node?.kind) {
    case 'float':
      out.push(
        parameterOf(
          path,
          { kind: 'float', low: node.low, high: node.high, log: node.log, step: node.step },
          condition,
          node.default,
        ),
      )
      return
    case 'int':
      out.push(
        parameterOf(
          path,
          { kind: 'int', low: node.low, high: node.high, log: node.log, step: node.step },
          condition,
          node.default,
        ),
      )
      return
    case 'choice':
      out.push(parameterOf(path, { kind: 'categorical', choices: node.options }, condition, node.default))
      return
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
        `expected float, int, choice, branch or repeat, got ${JSON.stringify(node)}`,
        'Fixed values belong into the objective',
      )
  }
}

function compileBranch(node: BranchNode, path: string, condition: Condition | undefined, out: Parameter[]): void {
  const labels = Object.keys(node.cases)
  if (labels.length === 0) throw new SpaceError(path, 'branch needs at least one case', 'Give it { label: { … } }')
  out.push(parameterOf(path, { kind: 'categorical', choices: labels }, condition, node.default))
  for (const [label, entries] of Object.entries(node.cases)) {
    if (Object.hasOwn(entries, node.key)) {
      throw new SpaceError(
        `${path}.${label}.${node.key}`,
        `the branch keeps its label under "${node.key}"`,
        'Rename the parameter or the key',
      )
    }
    compileEntries(entries, `${path}.${label}`, { parent: path, values: [label] }, out)
  }
}

function compileRepeat(node: RepeatNode, path: string, condition: Condition | undefined, out: Parameter[]): void {
  if (!(node.min >= 0)) throw new SpaceError(path, `repeat needs min ≥ 0, got ${node.min}`, 'Raise min')
  if (node.max > 1000) throw new SpaceError(path, `repeat allows at most 1,000 copies, got ${node.max}`, 'Lower max')
  out.push(
    parameterOf(path, { kind: 'int', low: node.min, high: node.max, log: false, step: 1 }, condition, node.default),
  )
  for (let i = 0; i < node.max; i++) compileEntries(node.entries, `${path}.${i}`, { parent: path, atLeast: i + 1 }, out)
}
