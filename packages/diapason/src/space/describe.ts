import { cardinality } from './cardinality.ts'
import type { Entries, FloatNode, IntNode, SpaceNode } from './nodes.ts'
import { compileSpace, type Parameter, rangeText } from './search-space.ts'
import { valueText } from './value-text.ts'

/** A declared space as a person reads it: what each parameter may be, and how large the whole is. */
export interface SpaceDescription {
  /** One sentence a parameter, and one about the whole. */
  readonly words: string
  /** Columns of equal width: parameter, values, scale, default, when. */
  readonly table: string
}

/**
 * Puts a space into words and into a table.
 * @throws {SpaceError} where the space is wrong
 * @example console.log(describe(study.entries).table)
 */
export function describe(entries: Entries): SpaceDescription {
  const { parameters } = compileSpace(entries)
  const lines = Object.entries(entries).map(([name, node]) => `${name}: ${nodeWords(node)}`)
  return {
    words: [...lines, sizeWords(parameters, cardinality(entries))].join('\n'),
    table: tableOf(parameters),
  }
}

function sizeWords(parameters: readonly Parameter[], size: number): string {
  const always = parameters.filter((parameter) => parameter.condition === undefined).length
  const some = always === parameters.length ? '' : `, ${always} of them always active`
  const configurations = Number.isFinite(size)
    ? counted(size, 'configuration')
    : parameters.some(({ column }) => column.kind === 'continuous')
      ? 'infinitely many configurations'
      : 'more than 10^308 configurations'
  return `${counted(parameters.length, 'parameter')}${some}; ${configurations}`
}

function counted(count: number, noun: string): string {
  const number = count < 1e15 ? count.toLocaleString('en-US') : count.toPrecision(3)
  return `${number} ${noun}${count === 1 ? '' : 's'}`
}

function nodeWords(node: SpaceNode): string {
  switch (node.kind) {
    case 'float':
    case 'int': {
      const type = node.kind === 'int' ? 'an integer' : 'a number'
      const scale = node.log
        ? ' on a log scale'
        : node.step !== null && node.step !== (node.kind === 'int' ? 1 : null)
          ? ` in steps of ${node.step}`
          : ''
      return `${type} from ${node.low} to ${node.high}${scale}${usually(node.default)}${likely(node)}`
    }
    case 'choice':
      return `one of ${node.options.map(word).join(', ')}${usually(node.default === undefined ? node.options[0] : node.default)}`
    case 'branch':
      return `one of ${Object.entries(node.cases)
        .map(([label, entries]) => `${label}${partWords(entries)}`)
        .join(', ')}${usually(node.default ?? Object.keys(node.cases)[0])}`
    case 'repeat':
      return `${node.min} to ${node.max} times${partWords(node.entries)}${usually(node.default)}`
    default:
      throw node satisfies never
  }
}

function partWords(entries: Entries): string {
  const parts = Object.entries(entries).map(([name, node]) => `${name}: ${nodeWords(node)}`)
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}

function usually(value: unknown): string {
  return value === undefined ? '' : `, usually ${word(value)}`
}

function likely({ prior }: FloatNode | IntNode): string {
  return prior === undefined ? '' : `, best expected near ${prior.near}`
}

/** Texts stand without quotes unless they could be read as something else: `relu`, but `"1"` and `"a, b"`. */
function word(value: unknown): string {
  const plain = typeof value === 'string' && /^[\p{L}_][\p{L}\p{N}_./+-]*$/u.test(value)
  return plain && !['null', 'true', 'false', 'NaN', 'Infinity'].includes(value) ? value : valueText(value)
}

function tableOf(parameters: readonly Parameter[]): string {
  const rows = [['parameter', 'values', 'scale', 'default', 'when'], ...parameters.map(tableRow)]
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function tableRow(parameter: Parameter): string[] {
  const { name, distribution, default: declared } = parameter
  const scale = distribution.kind === 'categorical' ? 'choice' : distribution.log ? 'log' : 'linear'
  return [name, rangeText(distribution), scale, declared === undefined ? '–' : word(declared), when(parameter)]
}

function when({ condition }: Parameter): string {
  if (condition === undefined) return 'always'
  if ('atLeast' in condition) return `${condition.parent} ≥ ${condition.atLeast}`
  return `${condition.parent} is ${condition.values.map(word).join(' or ')}`
}
