import type { Column, Table } from '../data/table.ts'
import { DataError } from '../errors.ts'
import { datesAsDays } from './dates.ts'

/** What was made of a column, and why. */
export interface ColumnNote {
  readonly name: string
  /** 'date': days since 1970. 'leftOut': nothing is learned from it. */
  readonly role: 'number' | 'category' | 'date' | 'leftOut'
  /** Different values, gaps not counted. */
  readonly distinct: number
  /** Rows without a value. */
  readonly missing: number
  /** In words: `numbers from 0.5 to 12`, `left out: the same in every row`. */
  readonly words: string
}

/** The columns to learn from, and a note on every one that there was. */
export interface InspectedColumns {
  /** The columns to learn from, dates as numbers. */
  readonly table: Table
  readonly notes: readonly ColumnNote[]
}

/** From so many rows on, a column that is different nearly everywhere is taken for a name or a number of the row. */
const ENOUGH_ROWS = 20
/** Categories that a column may have, as a share of the rows: with fewer than four rows each, nothing is learned. */
const MOST_CATEGORIES = 1 / 4
const ID_NAME = /^(.*[_\s-])?(id|uid|uuid|guid|index|idx|key)$|^unnamed: ?\d+$|[a-z]I[dD]$|^$/i

/**
 * Decides what each column is good for. Only the values of the column itself are looked at, never the target.
 *
 * @param table without the target
 * @throws DataError when nothing is left to learn from
 */
export function inspectColumns(table: Table): InspectedColumns {
  const inspected = table.columns.map((column) => inspect(datesAsDays(column) ?? column, column))
  const kept = inspected.filter(({ note }) => note.role !== 'leftOut').map(({ column }) => column)
  if (kept.length === 0) {
    const reasons = inspected.map(({ note }) => `"${note.name}" ${note.words}`).join('; ')
    throw new DataError(`No column is left to learn from (${reasons})`, 'Give a file with more columns')
  }
  return { table: { count: table.count, columns: kept }, notes: inspected.map(({ note }) => note) }
}

function inspect(column: Column, written: Column): { readonly column: Column; readonly note: ColumnNote } {
  const { distinct, missing, count } = countValues(column)
  const facts = { name: column.name, distinct, missing }
  const reason = reasonToLeaveOut(column, facts, count)
  if (reason !== undefined) return { column, note: { ...facts, role: 'leftOut', words: `left out: ${reason}` } }
  const role = column === written ? column.kind : 'date'
  return { column, note: { ...facts, role, words: wordsFor(column, role, distinct) } }
}

function countValues(column: Column): { readonly distinct: number; readonly missing: number; readonly count: number } {
  if (column.kind === 'number') {
    const present = column.values.filter((value) => !Number.isNaN(value))
    return {
      distinct: new Set(present).size,
      missing: column.values.length - present.length,
      count: column.values.length,
    }
  }
  const present = column.codes.filter((code) => code >= 0)
  return { distinct: new Set(present).size, missing: column.codes.length - present.length, count: column.codes.length }
}

type Facts = Pick<ColumnNote, 'name' | 'distinct' | 'missing'>

function reasonToLeaveOut(column: Column, { name, distinct, missing }: Facts, count: number): string | undefined {
  if (distinct === 0) return 'it is empty'
  if (distinct === 1 && missing === 0) return 'it is the same in every row'
  if (count < ENOUGH_ROWS) return undefined
  const isUnique = distinct === count - missing
  if (column.kind === 'number') {
    if (!isUnique || !column.values.every((value) => Number.isNaN(value) || Number.isInteger(value))) return undefined
    if (ID_NAME.test(name)) return 'a whole number of its own for every row, and named like an identifier'
    return missing === 0 && isCounter(column.values) ? 'it only numbers the rows' : undefined
  }
  if (isUnique) return 'a text of its own for every row'
  return distinct > count * MOST_CATEGORIES ? `${distinct} different texts in ${count} rows` : undefined
}

/** 1, 2, 3 … in steps of one, from wherever. */
const isCounter = (values: Float64Array): boolean => values.every((value, i) => i === 0 || value === values[i - 1]! + 1)

function wordsFor(column: Column, role: ColumnNote['role'], distinct: number): string {
  if (column.kind === 'category') {
    const shown = column.categories.slice(0, 3).map((name) => JSON.stringify(name))
    return `${distinct} ${distinct === 1 ? 'category' : 'categories'}: ${shown.join(', ')}${distinct > 3 ? ', …' : ''}`
  }
  const present = column.values.filter((value) => !Number.isNaN(value))
  const [low, high] = present.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  if (role === 'date') return `dates from ${dayText(low)} to ${dayText(high)}`
  return `numbers from ${shortNumber(low)} to ${shortNumber(high)}`
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(4)))
const dayText = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10)
