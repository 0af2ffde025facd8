import { stripVTControlCharacters } from 'node:util'

/** A value of a metric, as the program gave it. */
export interface Sighting {
  readonly metric: string
  readonly value: number
  /** The step that was named last, or undefined where none was. */
  readonly step: number | undefined
}

/** What to look for. */
export interface MetricOptions {
  /** Goals, and what constraints depend on. */
  readonly metrics: readonly string[]
  readonly fidelity: string | undefined
  /** By metric, and `step`: what replaces the usual patterns. */
  readonly patterns: { readonly [name: string]: RegExp }
  /** What the program calls a metric, where it is not the metric's own name. */
  readonly names: { readonly [metric: string]: string }
}

const NUMBER = String.raw`[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan|inf(?:inity)?)`
const STEP_NAMES = ['epochs?', 'steps?', 'iterations?', 'iters?', 'rounds?']

/**
 * Reads metrics from the lines a training prints anyway: `accuracy=0.93`, `epoch 3 loss: 0.12`, `Accuracy: 93/100`
 * (a fraction), `{"epoch": 3, "loss": 0.12}`. A step holds until another one is named, as for Keras, which prints it a line earlier.
 */
export function createMetricReader({
  metrics,
  fidelity,
  patterns,
  names,
}: MetricOptions): (line: string) => readonly Sighting[] {
  const stepPattern = patterns.step ?? usualStepPattern(fidelity)
  const metricPatterns = metrics.map(
    (metric) => [metric, everywhere(patterns[metric] ?? usualPattern(names[metric] ?? metric))] as const,
  )
  let step: number | undefined
  return (raw) => {
    const line = shownText(raw)
    const record = jsonRecord(line)
    const ownStep = record === undefined ? stepIn(line, stepPattern) : jsonStep(record, fidelity)
    step = ownStep ?? step
    const found: Sighting[] = []
    for (const [metric, pattern] of metricPatterns) {
      const key = names[metric] ?? metric
      const value = record !== undefined && Object.hasOwn(record, key) ? numberOf(record[key]) : valueIn(line, pattern)
      if (value !== undefined) found.push({ metric, value, step })
    }
    return found
  }
}

/** What a terminal would show of a line over which a progress bar was drawn again and again. */
function shownText(line: string): string {
  const drawn = line.replace(/\r+$/, '')
  const last = Math.max(drawn.lastIndexOf('\r'), drawn.lastIndexOf('\b'))
  const shown = drawn.slice(last + 1)
  return shown.includes('\u001b') ? stripVTControlCharacters(shown) : shown
}

/** The name, `=`, `:` or a space, and a number; `val_loss` is also found as `val loss` and `val-loss`, but never as `loss`. */
function usualPattern(metric: string): RegExp {
  const name = metric
    .split(/[\s_-]+/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s_-]?')
  const separator = String.raw`["']?(?:\s*[=:]\s*|\s+)(?:[\w.]+\()?`
  return new RegExp(String.raw`(?<![\w./-])${name}${separator}(?<value>${NUMBER}(?:/\d+)?)(?![\w.]*\w)`, 'gi')
}

function usualStepPattern(fidelity: string | undefined): RegExp {
  const own = fidelity === undefined ? [] : [`${fidelity.replaceAll(/\W/g, '\\$&').replace(/s$/i, '')}s?`]
  return new RegExp(
    String.raw`(?<!\w)(?:${[...own, ...STEP_NAMES].join('|')})\s*[=:#]?\s*[[(]?\s*(?<value>\d+)(?![\d.]*\.\d)`,
    'i',
  )
}

function everywhere(pattern: RegExp): RegExp {
  return pattern.global ? pattern : new RegExp(pattern.source, `${pattern.flags}g`)
}

/** Of several in a line the last one: training comes before validation. */
function valueIn(line: string, pattern: RegExp): number | undefined {
  let value: number | undefined
  for (const match of line.matchAll(pattern)) value = parseNumber(groupOf(match)) ?? value
  return value
}

function stepIn(line: string, pattern: RegExp): number | undefined {
  const match = pattern.exec(line)
  if (match === null) return undefined
  const step = Number(groupOf(match))
  return Number.isSafeInteger(step) && step >= 0 ? step : undefined
}

/** The group called `value` (or `step`), else the first one, else all that matched. */
function groupOf(match: RegExpExecArray | RegExpMatchArray): string {
  return match.groups?.value ?? match.groups?.step ?? match[1] ?? match[0]
}

/** A number as programs write it, also `nan`, `-inf` and `93/100`; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  const [, part, whole] = /^\s*(\d+)\/(\d+)\s*$/.exec(text) ?? []
  if (part !== undefined) return Number(part) / Number(whole)
  const word = /^\s*([-+]?)(nan|inf(?:inity)?)\s*$/i.exec(text)
  if (word !== null) return /nan/i.test(text) ? Number.NaN : Number(`${word[1] ?? ''}Infinity`)
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? undefined : number
}

type JsonRecord = { readonly [key: string]: unknown }

function jsonRecord(line: string): JsonRecord | undefined {
  const text = line.trim()
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined
  try {
    return JSON.parse(text) as JsonRecord
  } catch {
    return undefined // Python's json writes bare NaN: the patterns read that too
  }
}

function jsonStep(record: JsonRecord, fidelity: string | undefined): number | undefined {
  const step = stepNames(fidelity)
    .map((name) => record[name])
    .find((value) => typeof value === 'number')
  return Number.isSafeInteger(step) && Number(step) >= 0 ? Number(step) : undefined
}

/** What a step may be called in records and tables, the likeliest first. */
export function stepNames(fidelity: string | undefined): readonly string[] {
  return [...(fidelity === undefined ? [] : [fidelity, fidelity.replace(/s$/, '')]), 'step', 'epoch', 'iteration']
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseNumber(value) : undefined
}
