import { StorageError } from '../errors.ts'
import type { Distribution, ParamValue } from '../space/distribution.ts'
import { parsePythonJson, stringifyPythonJson } from './python-json.ts'

/** A distribution as Optuna's JSON: `{"name": "FloatDistribution", "attributes": {…}}`. */
export function distributionToJson(distribution: Distribution): string {
  if (distribution.kind === 'categorical') {
    return `{"name": "CategoricalDistribution", "attributes": {"choices": ${stringifyPythonJson(distribution.choices)}}}`
  }
  const { low, high, log } = distribution
  if (distribution.kind === 'int') {
    return `{"name": "IntDistribution", "attributes": {"log": ${log}, "step": ${distribution.step}, "low": ${low}, "high": ${high}}}`
  }
  const step = distribution.step === null ? 'null' : pythonFloat(distribution.step)
  return `{"name": "FloatDistribution", "attributes": {"step": ${step}, "low": ${pythonFloat(low)}, "high": ${pythonFloat(high)}, "log": ${log}}}`
}

// A study uses the same distribution objects over and over.
const texts = new WeakMap<Distribution, string>()

/** As {@link distributionToJson}, remembered by the object. */
export function distributionJson(distribution: Distribution): string {
  let json = texts.get(distribution)
  if (json === undefined) {
    json = distributionToJson(distribution)
    texts.set(distribution, json)
  }
  return json
}

/**
 * Reads Optuna's JSON: today's classes, the five of before Optuna 3, and the short form `{"type": "float", …}`.
 * @throws {StorageError} where it is none of them
 */
export function distributionFromJson(json: string): Distribution {
  const parsed = asObject(json, parse(json))
  const name = parsed.name ?? parsed.type
  const fields = parsed.name === undefined ? parsed : asObject(json, parsed.attributes)
  const range = () => ({ low: numberIn(json, fields.low), high: numberIn(json, fields.high) })
  const step = fields.step === undefined || fields.step === null ? null : numberIn(json, fields.step)
  const log = fields.log === true
  switch (name) {
    case 'FloatDistribution':
    case 'float':
      return { kind: 'float', ...range(), log, step }
    case 'IntDistribution':
    case 'int':
      return { kind: 'int', ...range(), log, step: step ?? 1 }
    case 'CategoricalDistribution':
    case 'categorical':
      if (!Array.isArray(fields.choices)) throw unreadable(json)
      // Optuna lets choices be any JSON; what is no ParamValue passes through as it is and is never looked into.
      return { kind: 'categorical', choices: fields.choices as ParamValue[] }
    case 'UniformDistribution':
    case 'LogUniformDistribution':
      return { kind: 'float', ...range(), log: name === 'LogUniformDistribution', step: null }
    case 'DiscreteUniformDistribution':
      return { kind: 'float', ...range(), log: false, step: numberIn(json, fields.q) }
    case 'IntUniformDistribution':
      return { kind: 'int', ...range(), log: false, step: step ?? 1 }
    case 'IntLogUniformDistribution':
      return { kind: 'int', ...range(), log: true, step: 1 }
    default:
      throw unreadable(json)
  }
}

/** As Python's `repr` of a float: `1.0`, and an exponent of two digits below 1e-4 and from 1e16; NaN and Infinity as in its JSON. */
export function pythonFloat(value: number): string {
  const size = Math.abs(value)
  if (size > 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  const text = stringifyPythonJson(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

function parse(json: string): unknown {
  try {
    return parsePythonJson(json)
  } catch {
    throw unreadable(json)
  }
}

function asObject(json: string, value: unknown): { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null) throw unreadable(json)
  return value as { readonly [key: string]: unknown }
}

function numberIn(json: string, value: unknown): number {
  if (typeof value !== 'number') throw unreadable(json)
  return value
}

function unreadable(json: string): StorageError {
  return new StorageError(
    `The stored distribution ${json.slice(0, 200)} is of no known kind`,
    'It may come from a newer Optuna: upgrade diapason, or correct the database',
  )
}
