import { cardinality } from './cardinality.ts'
import type { Entries, SpaceNode } from './nodes.ts'
import { compileSpace, isActive, type Parameter, rangeText } from './search-space.ts'

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
  const space = compileSpace(entries)
  return {
    words: [...Object.entries(entries).map(([name, node]) => `${name}: ${nodeWords(node)}`), sizeWords(entries)].join(
      '\n',
    ),
    table: tableOf(space.parameters),
  }
}

function sizeWords(entries: Entries): string {
  const size = cardinality(entries)
  const { parameters } = compileSpace(entries)
  const always = parameters.filter((p) => isActive(p, {})).length
  const counts =
    always === parameters.length
      ? `${always} parameters`
      : `${parameters.length} parameters, ${always} of them always active`
  return Number.isFinite(size) ? `${counts}; ${size.toLocaleString('en-US')} configurations` : `${counts}; without end`
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
      return `${type} from ${node.low} to ${node.high}${scale}${usually(node.default)}`
    }
    case 'choice':
      return `one of ${node.options.map((option) => String(option)).join(', ')}${usually(node.default ?? node.options[0])}`
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
  return value === undefined ? '' : `, usually ${String(value)}`
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

function tableRow({ name, distribution, condition, default: declared }: Parameter): string[] {
  const scale = distribution.kind === 'categorical' ? 'choice' : distribution.log ? 'log' : 'linear'
  const when =
    condition === undefined
      ? 'always'
      : 'atLeast' in condition
        ? `${condition.parent} ≥ ${condition.atLeast}`
        : `${condition.parent} is ${condition.values.join(' or ')}`
  return [name, rangeText(distribution), scale, declared === undefined ? '–' : String(declared), when]
}
