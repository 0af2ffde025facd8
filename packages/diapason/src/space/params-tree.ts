import { SpaceError } from '../errors.ts'
import type { ParamValue } from './distribution.ts'
import type { BranchNode, Entries, RepeatNode, SpaceNode } from './nodes.ts'
import { type ParamValues, rangeText, type SearchSpace } from './search-space.ts'

/** Parameters as an objective receives them: branches as objects with their label, repeats as arrays. */
export type NestedParams = { readonly [name: string]: unknown }

/**
 * Nests the flat values of a declared space: `{ 'layers': 1, 'layers.0.units': 8 }` becomes `{ layers: [{ units: 8 }] }`.
 * @param params values of every active parameter, by path
 */
export function nestParams(entries: Entries, params: ParamValues): NestedParams {
  return nestEntries(entries, '', params)
}

function nestEntries(entries: Entries, prefix: string, params: ParamValues): NestedParams {
  const nested: { [name: string]: unknown } = {}
  for (const [name, node] of Object.entries(entries)) nested[name] = nestNode(node, prefix + name, params)
  return nested
}

function nestNode(node: SpaceNode, path: string, params: ParamValues): unknown {
  const value = params[path]
  if (node.kind === 'branch') {
    return { [node.key]: value, ...nestEntries(node.cases[String(value)] ?? {}, `${path}.${value}.`, params) }
  }
  if (node.kind === 'repeat') {
    return Array.from({ length: Number(value) }, (_, i) => nestEntries(node.entries, `${path}.${i}.`, params))
  }
  return value
}

/**
 * Flattens nested values, of all parameters or of some, to paths.
 * @throws {SpaceError} naming the path of a value that the space does not know or cannot take
 */
export function flattenParams(entries: Entries, space: SearchSpace, nested: NestedParams): ParamValues {
  const flat: { [path: string]: ParamValue } = {}
  flattenEntries(entries, '', nested, flat)
  checkParams(space, flat)
  return flat
}

/** @throws {SpaceError} where a value is unknown to the space or outside its range */
export function checkParams(space: SearchSpace, params: ParamValues): void {
  for (const [path, value] of Object.entries(params)) {
    const parameter = space.byName.get(path)
    if (parameter === undefined) throw unknownName(path, [...space.byName.keys()])
    if (!parameter.column.contains(value)) {
      const range = rangeText(parameter.distribution)
      throw new SpaceError(path, `${JSON.stringify(value)} lies outside ${range}`, 'Choose a value inside it')
    }
  }
}

function flattenEntries(
  entries: Entries,
  prefix: string,
  nested: NestedParams,
  out: { [path: string]: ParamValue },
): void {
  if (nested === null || typeof nested !== 'object') {
    const path = prefix.slice(0, -1)
    throw new SpaceError(
      path,
      `expected an object of parameters, got ${JSON.stringify(nested)}`,
      'Write { name: value }',
    )
  }
  for (const [name, value] of Object.entries(nested)) {
    const node = entries[name]
    if (node === undefined)
      throw unknownName(
        prefix + name,
        Object.keys(entries).map((known) => prefix + known),
      )
    if (value === undefined) continue
    if (node.kind === 'branch') flattenBranch(node, prefix + name, value, out)
    else if (node.kind === 'repeat') flattenRepeat(node, prefix + name, value, out)
    else out[prefix + name] = scalar(prefix + name, value)
  }
}

function flattenBranch(node: BranchNode, path: string, value: unknown, out: { [path: string]: ParamValue }): void {
  // The bare label is welcome as well: { optimizer: 'sgd' }.
  if (typeof value === 'string') {
    out[path] = value
    return
  }
  const { [node.key]: label, ...rest } = value as NestedParams
  const cases = Object.keys(node.cases)
  if (typeof label !== 'string' || !cases.includes(label)) {
    const got = JSON.stringify(label)
    throw new SpaceError(path, `"${node.key}" is ${got}, known are ${cases.join(', ')}`, 'Name one of them')
  }
  out[path] = label
  flattenEntries(node.cases[label] ?? {}, `${path}.${label}.`, rest, out)
}

function flattenRepeat(node: RepeatNode, path: string, value: unknown, out: { [path: string]: ParamValue }): void {
  if (typeof value === 'number') {
    out[path] = value
    return
  }
  if (!Array.isArray(value)) {
    throw new SpaceError(path, `expected an array, got ${JSON.stringify(value)}`, 'Give one object a copy')
  }
  out[path] = value.length
  for (const [i, item] of value.entries()) flattenEntries(node.entries, `${path}.${i}.`, item, out)
}

function scalar(path: string, value: unknown): ParamValue {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as ParamValue
  throw new SpaceError(
    path,
    `expected one value, got ${JSON.stringify(value)}`,
    'Give a number, string, boolean or null',
  )
}

function unknownName(path: string, known: readonly string[]): SpaceError {
  const list = known.slice(0, 12).join(', ')
  return new SpaceError(path, 'there is no such parameter', `Known here are ${list}${known.length > 12 ? ', …' : ''}`)
}
