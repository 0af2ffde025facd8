import { SpaceError } from '../errors.ts'
import {
  branch,
  type Cases,
  choice,
  type DeclaredNumberOptions,
  type Entries,
  float,
  int,
  repeat,
  type SpaceNode,
} from './nodes.ts'
import type { NumberPrior } from './prior.ts'
import { compileSpace } from './search-space.ts'
import { valueText } from './value-text.ts'

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
 * @example spaceFromJson({ lr: { kind: 'float', low: 1e-5, high: 0.1, log: true } })
 */
export function spaceFromJson(json: unknown): Entries {
  const entries = entriesFromJson(json, '')
  // Ranges, options and defaults are checked there.
  compileSpace(entries)
  return entries
}

function nodeToJson(node: SpaceNode): unknown {
  switch (node.kind) {
    case 'float':
    case 'int':
      return { ...node }
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

const nonFinite = new Map([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((n) => [String(n), n]))

function scalarToJson(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value
}

function scalarFromJson(value: unknown): unknown {
  return isObject(value) && typeof value.number === 'string' ? (nonFinite.get(value.number) ?? value) : value
}

function entriesFromJson(json: unknown, path: string): Entries {
  if (!isObject(json)) {
    throw new SpaceError(
      path,
      `expected an object of parameters, got ${valueText(json)}`,
      'Write { "name": { "kind": … } }',
    )
  }
  const prefix = path === '' ? '' : `${path}.`
  return Object.fromEntries(Object.entries(json).map(([name, node]) => [name, nodeFromJson(node, prefix + name)]))
}

const knownKeys: { readonly [K in SpaceNode['kind']]: readonly string[] } = {
  float: ['kind', 'low', 'high', 'log', 'step', 'default', 'prior'],
  int: ['kind', 'low', 'high', 'log', 'step', 'default', 'prior'],
  choice: ['kind', 'options', 'default', 'prior'],
  branch: ['kind', 'key', 'cases', 'default'],
  repeat: ['kind', 'min', 'max', 'entries', 'default'],
}

type JsonNode = { readonly [key: string]: unknown }

function nodeFromJson(json: unknown, path: string): SpaceNode {
  if (!isObject(json)) {
    throw new SpaceError(
      path,
      `expected an object with a "kind", got ${valueText(json)}`,
      'Write { "kind": "float", … }',
    )
  }
  const { kind } = json
  switch (kind) {
    case 'float':
    case 'int':
      checkKeys(json, kind, path)
      return (kind === 'int' ? int : float)(
        numberAt(json, 'low', path),
        numberAt(json, 'high', path),
        numberOptions(json, path),
      )
    case 'choice':
      checkKeys(json, kind, path)
      return choiceFromJson(json, path)
    case 'branch':
      checkKeys(json, kind, path)
      return branchFromJson(json, path)
    case 'repeat':
      checkKeys(json, kind, path)
      return repeat(
        numberAt(json, 'min', path),
        numberAt(json, 'max', path),
        entriesFromJson(json.entries, `${path}.0`),
        json.default === undefined ? {} : { default: numberAt(json, 'default', path) },
      )
    default:
      throw new SpaceError(path, `"kind" is ${valueText(kind)}`, `Known are ${Object.keys(knownKeys).join(', ')}`)
  }
}

function checkKeys(node: JsonNode, kind: SpaceNode['kind'], path: string): void {
  const unknown = Object.keys(node).find((key) => !knownKeys[kind].includes(key))
  if (unknown !== undefined) {
    throw new SpaceError(path, `${kind} has no "${unknown}"`, `Known are ${knownKeys[kind].join(', ')}`)
  }
}

function choiceFromJson(node: JsonNode, path: string): SpaceNode {
  if (!Array.isArray(node.options)) {
    throw new SpaceError(path, `"options" must be an array, got ${valueText(node.options)}`, 'List the options')
  }
  // Casts: compileSpace checks what the options, the default and the prior are.
  const options = node.options.map(scalarFromJson) as string[]
  const prior = node.prior === undefined ? {} : { prior: node.prior }
  return choice(options, { ...defaultOf(scalarFromJson(node.default)), ...prior } as { default?: string })
}

function branchFromJson(node: JsonNode, path: string): SpaceNode {
  const { key, cases } = node
  if (typeof key !== 'string') {
    throw new SpaceError(path, `"key" must be a text, got ${valueText(key)}`, 'A branch needs a key, such as "kind"')
  }
  if (!isObject(cases)) {
    throw new SpaceError(path, `"cases" must be an object, got ${valueText(cases)}`, 'Write { "label": { … } }')
  }
  const parts: Cases = Object.fromEntries(
    Object.entries(cases).map(([label, entries]) => [label, entriesFromJson(entries, `${path}.${label}`)]),
  )
  // Cast: compileSpace checks the default.
  return branch(key, parts, defaultOf(node.default) as { default?: string })
}

function numberOptions(node: JsonNode, path: string): DeclaredNumberOptions {
  const { log, step } = node
  if (log !== undefined && typeof log !== 'boolean') {
    throw new SpaceError(path, `"log" must be true or false, got ${valueText(log)}`, 'Correct it')
  }
  const options: { log?: boolean; step?: number; default?: number; prior?: NumberPrior } = {}
  if (log === true) options.log = true
  // What spaceToJson writes where there is none.
  const unstepped = step === undefined || step === null || (node.kind === 'int' && step === 1)
  if (!unstepped) options.step = numberAt(node, 'step', path)
  if (node.default !== undefined) options.default = numberAt(node, 'default', path)
  if (node.prior !== undefined) options.prior = priorFromJson(node.prior, path)
  // Cast: compileSpace refuses log with step.
  return options as DeclaredNumberOptions
}

function priorFromJson(json: unknown, path: string): NumberPrior {
  if (!isObject(json)) {
    throw new SpaceError(path, `"prior" must be an object, got ${valueText(json)}`, 'Write { "near": …, "within": … }')
  }
  const near = numberAt(json, 'near', path)
  return json.within === undefined ? { near } : { near, within: numberAt(json, 'within', path) }
}

function numberAt(node: JsonNode, key: string, path: string): number {
  const value = node[key]
  if (typeof value === 'number') return value
  throw new SpaceError(path, `"${key}" must be a number, got ${valueText(value)}`, 'Correct it')
}

function defaultOf(value: unknown): { default?: unknown } {
  return value === undefined ? {} : { default: value }
}

function isObject(value: unknown): value is JsonNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mapValues<T>(object: { readonly [key: string]: T }, map: (value: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}
