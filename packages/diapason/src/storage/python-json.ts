import { StudyError } from '../errors.ts'

/**
 * JSON as Python's `json` module reads and writes it, which is how Optuna keeps attributes and distributions:
 * bare `NaN`, `Infinity` and `-Infinity` are legal, other characters than ASCII are escaped, and separators are ", " and ": ".
 */

/**
 * Reads JSON that may hold bare `NaN`, `Infinity` and `-Infinity`.
 * @throws {SyntaxError} with the position
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw error
    return parseTokens(text)
  }
}

/**
 * Writes JSON as Python does. Entries that are undefined are left out, as in `JSON.stringify`; −0 stays −0.
 * @throws {StudyError} where the value holds something that JSON has no form for
 */
export function stringifyPythonJson(value: unknown): string {
  return emit(value, 0)
}

/** A copy of JSON data that shares nothing with the original. @throws {StudyError} as {@link stringifyPythonJson} */
export function cloneJson(value: unknown): unknown {
  return parsePythonJson(stringifyPythonJson(value))
}

// Deeper data is most likely a cycle; Python's own reader gives up at about 1,000.
const MAX_DEPTH = 500

function emit(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return emitString(value)
    case 'number':
      return emitNumber(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'undefined':
      return 'null'
    case 'object':
      return value === null ? 'null' : emitObject(value, depth)
    default:
      throw new StudyError(
        `A ${typeof value} cannot be stored as JSON`,
        'Store strings, numbers, booleans, null, arrays and plain objects',
      )
  }
}

function emitNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

function emitObject(value: object, depth: number): string {
  if (depth >= MAX_DEPTH) {
    throw new StudyError(`The data is nested more than ${MAX_DEPTH} levels deep`, 'Remove the cycle, or store less')
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return emit(value.toJSON(), depth + 1)
  if (Array.isArray(value)) return `[${value.map((item) => emit(item, depth + 1)).join(', ')}]`
  if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) {
    throw new StudyError(
      `A ${value.constructor.name} cannot be stored as JSON`,
      'Turn it into an array or a plain object',
    )
  }
  const entries: string[] = []
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) entries.push(`${emitString(key)}: ${emit(item, depth + 1)}`)
  }
  return `{${entries.join(', ')}}`
}

function emitString(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const STRING_OR_TOKEN = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g

/** Spells the tokens in ways that JSON.parse knows: an overflowing number, and for NaN a string that the text does not hold. */
function parseTokens(text: string): unknown {
  const strings = new Set(text.match(STRING_OR_TOKEN)?.map((m) => (m.startsWith('"') ? JSON.parse(m) : undefined)))
  let nan = 'NaN'
  while (strings.has(nan)) nan += '!'
  const spelled = text.replace(STRING_OR_TOKEN, (match) => {
    if (match.startsWith('"')) return match
    if (match === 'NaN') return JSON.stringify(nan)
    return match.replace('Infinity', '1e999')
  })
  return JSON.parse(spelled, (_, value) => (value === nan ? Number.NaN : value))
}
