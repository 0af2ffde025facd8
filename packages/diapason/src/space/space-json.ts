import { SpaceError } from '../errors.ts'
import {
  branch,
  type Cases,
  choice,
  type Entries,
  float,
  int,
  type NumberOptions,
  repeat,
  type SpaceNode,
} from './nodes.ts'
import { compileSpace } from './search-space.ts'

/**
 * A declared space as JSON-safe data; {@link spaceFromJson} is its inverse. Non-finite options of a choice are written
 * as `{ "number": "NaN" }`, since JSON has no word for them.
 */
export function spaceToJson(entries: Entries): unknown {
  return mapValues(entries, nodeToJson)
}

/**
 * Reads what {@link spaceToJson} wrote, or a space that somebody wrote by hand.
 * @throws {SpaceError} naming the path of what it cannot read
 */
export function spaceFromJson(json: unknown): Entries {
  const entries = entriesFromJson(json, '')
  compileSpace(entries)
  return entries
}

function nodeToJson(node: SpaceNode): unknown {
  switch (node.kind) {
    case 'float':
    case 'int':
      return node
    case 'choice':
      return {
        ...node,
        options: node.options.map(scalarToJson),
        ...('default' in node && { default: scalarToJson(node.default) }),
      }
    case 'branch':
      return { ...node, cases: mapValues(node.cases, spaceToJson) }
    case 'repeat':
      return { ...node, entries: spaceToJson(node.entries) }
    default:
      throw node satisfies never
  }
}

function scalarToJson(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value
}

function scalarFromJson(value: unknown): unknown {
  return isObject(value) && typeof value.number === 'string' ? Number(value.number) : value
}

function entriesFromJson(json: unknown, path: string): Entries {
  if (!isObject(json))
    throw new SpaceError(
      path,
      `expected an object of parameters, got ${JSON.stringify(json)}`,
      'Write { "name": { "kind": … } }',
    )
  const prefix = path === '' ? '' : `${path}.`
  return Object.fromEntries(Object.entries(json).map(([name, node]) => [name, nodeFromJson(node, prefix + name)]))
}

function nodeFromJson(json: unknown, path: string): SpaceNode {
  const node = isObject(json) ? json : {}
  switch (node.kind) {
    case 'float':
    case 'int':
      return (node.kind === 'int' ? int : float)(
        number(node, 'low', path),
        number(node, 'high', path),
        numberOptions(node, path),
      )
    case 'choice': {
      const options = Array.isArray(node.options) ? node.options.map(scalarFromJson) : []
      // compileSpace checks the options and the default.
      return choice(options as string[], defaultOf(scalarFromJson(node.default)) as { default?: string })
    }
    case 'branch': {
      if (typeof node.key !== 'string')
        throw new SpaceError(path, `"key" is ${JSON.stringify(node.key)}`, 'A branch needs a key, such as "kind"')
      if (!isObject(node.cases))
        throw new SpaceError(path, `"cases" is ${JSON.stringify(node.cases)}`, 'A branch needs cases: { label: { … } }')
      const cases: Cases = Object.fromEntries(
        Object.entries(node.cases).map(([label, entries]) => [label, entriesFromJson(entries, `${path}.${label}`)]),
      )
      return branch(node.key, cases, defaultOf(node.default) as { default?: string })
    }
    case 'repeat': {
      const fallback = node.default === undefined ? {} : { default: number(node, 'default', path) }
      return repeat(
        number(node, 'min', path),
        number(node, 'max', path),
        entriesFromJson(node.entries, `${path}.0`),
        fallback,
      )
    }
    default:
      throw new SpaceError(
        path,
        `"kind" is ${JSON.stringify(node.kind)}`,
        'Known are float, int, choice, branch and repeat',
      )
  }
}

function numberOptions(node: Record<string, unknown>, path: string): NumberOptions {
  const options: { log?: unknown; step?: unknown; default?: number } = {}
  if (node.log === true) options.log = true
  if (typeof node.step === 'number' && !(node.kind === 'int' && node.step === 1)) options.step = node.step
  if (node.default !== undefined) options.default = number(node, 'default', path)
  // log with step is refused by compileSpace, with the path.
  return options as NumberOptions
}

function number(node: Record<string, unknown>, key: string, path: string): number {
  const value = node[key]
  if (typeof value === 'number') return value
  throw new SpaceError(path, `"${key}" must be a number, got ${JSON.stringify(value)}`, 'Correct it')
}

function defaultOf(value: unknown): { default?: unknown } {
  return value === undefined ? {} : { default: value }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mapValues<T>(object: { readonly [key: string]: T }, map: (value: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}
