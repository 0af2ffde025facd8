import { SpaceError } from '../errors.ts'
import { isParamValue, type ParamValue } from './distribution.ts'
import type { BranchNode, Entries, RepeatNode, SpaceNode } from './nodes.ts'
import { type ParamValues, rangeText, type SearchSpace } from './search-space.ts'
import { valueText } from './value-text.ts'

/** Parameters as an objective receives them: branches as objects with their label, repeats as arrays. */
export type NestedParams = { readonly [name: string]: unknown }

/**
 * Nests the flat values of a declared space: `{ 'layers': 1, 'layers.0.units': 8 }` becomes `{ layers: [{ units: 8 }] }`.
 * @param entries the declared space, which compiles
 * @param params  values of every active parameter, by path; what is missing becomes undefined
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
  const value = ownValue(params, path)
  if (node.kind === 'branch') {
    const label = String(value)
    return { [node.key]: value, ...nestEntries(ownValue(node.cases, label) ?? {}, `${path}.${label}.`, params) }
  }
  if (node.kind === 'repeat') {
    return Array.from({ length: Number(value) }, (_, i) => nestEntries(node.entries, `${path}.${i}.`, params))
  }
  return value
}

/** Not what objects inherit: a parameter may be called `constructor`. */
function ownValue<T>(object: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/**
 * Flattens nested values, of all parameters or of some, to paths. A branch may be given as its bare label, a repeat as its bare count.
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
      throw new SpaceError(path, `${valueText(value)} lies outside ${range}`, 'Choose a value inside it')
    }
  }
}

type FlatParams = { [path: string]: ParamValue }

function flattenEntries(entries: Entries, prefix: string, nested: unknown, out: FlatParams): void {
  if (!isObject(nested)) {
    const path = prefix.slice(0, -1)
    throw new SpaceError(path, `expected an object of parameters, got ${valueText(nested)}`, 'Write { name: value }')
  }
  for (const [name, value] of Object.entries(nested)) {
    const path = prefix + name
    const node = ownValue(entries, name)
    if (node === undefined) {
      const known = Object.keys(entries).map((entry) => prefix + entry)
      throw unknownName(path, known)
    }
    if (value === undefined) continue
    if (node.kind === 'branch') flattenBranch(node, path, value, out)
    else if (node.kind === 'repeat') flattenRepeat(node, path, value, out)
    else out[path] = scalar(path, value)
  }
}

function flattenBranch(node: BranchNode, path: string, value: unknown, out: FlatParams): void {
  if (typeof value === 'string') {
    out[path] = value
    return
  }
  const { key, cases } = node
  if (!isObject(value)) {
    const problem = `expected a label or an object with "${key}", got ${valueText(value)}`
    throw new SpaceError(path, problem, `Write { ${key}: ${valueText(Object.keys(cases)[0])}, … }`)
  }
  const { [key]: label, ...rest } = value
  const part = typeof label === 'string' ? ownValue(cases, label) : undefined
  if (part === undefined) {
    const known = Object.keys(cases).join(', ')
    throw new SpaceError(path, `"${key}" is ${valueText(label)}, known are ${known}`, 'Name one of them')
  }
  out[path] = String(label)
  flattenEntries(part, `${path}.${label}.`, rest, out)
}

function flattenRepeat({ entries, max }: RepeatNode, path: string, value: unknown, out: FlatParams): void {
  if (typeof value === 'number') {
    out[path] = value
    return
  }
  if (!Array.isArray(value)) {
    throw new SpaceError(path, `expected an array, got ${valueText(value)}`, 'Give one object a copy')
  }
  out[path] = value.length
  // Too many are the fault of the count, which checkParams names.
  for (const [i, item] of value.slice(0, max).entries()) flattenEntries(entries, `${path}.${i}.`, item, out)
}

function scalar(path: string, value: unknown): ParamValue {
  if (isParamValue(value)) return value
  throw new SpaceError(path, `expected one value, got ${valueText(value)}`, 'Give a number, string, boolean or null')
}

function isObject(value: unknown): value is NestedParams {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unknownName(path: string, known: readonly string[]): SpaceError {
  if (known.length === 0) return new SpaceError(path, 'there is no such parameter', 'Nothing can be set here')
  const list = known.slice(0, 12).join(', ')
  return new SpaceError(path, 'there is no such parameter', `Known here are ${list}${known.length > 12 ? ', …' : ''}`)
}
