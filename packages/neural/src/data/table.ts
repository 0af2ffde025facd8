import { DataError } from '../errors.ts'
import { parseCsv } from './csv.ts'
import { type DataSource, readText } from './source.ts'

/** Named columns of equal length, as read from a file: numbers, categories, and gaps in both. */
export interface Table {
  /** Number of rows. */
  readonly count: number
  readonly columns: readonly Column[]
}

export type Column = NumberColumn | CategoryColumn

export interface NumberColumn {
  readonly kind: 'number'
  readonly name: string
  /** NaN where the value is missing. */
  readonly values: Float64Array
}

export interface CategoryColumn {
  readonly kind: 'category'
  readonly name: string
  /** In the order of their first appearance. */
  readonly categories: readonly string[]
  /** Position in `categories`, row by row; -1 where the value is missing. */
  readonly codes: Int32Array
}

export interface TableOptions {
  /** One character; default ','. */
  readonly delimiter?: string
  /** Names of the columns where the first row holds data already; default: the first row names them. */
  readonly names?: readonly string[]
  /** What columns hold, by name; the others are numbers where every cell is one, else categories. 'skip' leaves a column out. */
  readonly types?: Readonly<Record<string, Column['kind'] | 'skip'>>
  /** Cells that stand for a missing value; default '', 'NA', 'N/A', 'NaN', 'nan', 'null', '?'. */
  readonly missing?: readonly string[]
}

const MISSING = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', '?']
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/**
 * Reads a table from a CSV file: a path (Node), a URL, or bytes; gzip is recognised.
 *
 * @throws DataError when the file cannot be read, or as `parseTable`
 * @example const table = await readTable('houses.csv', { types: { postcode: 'category' } })
 */
export async function readTable(source: DataSource, options: TableOptions = {}): Promise<Table> {
  return parseTable(await readText(source), options)
}

/**
 * Reads a table from CSV text, see `parseCsv` for the dialect. Spaces around a cell are dropped. O(length)
 *
 * @throws DataError when there is no row, a name is doubled or unknown, or a column of numbers holds something else
 * @example parseTable('size,city\n12,Graz\n,Linz').columns[0]  // { kind: 'number', name: 'size', values: [12, NaN] }
 */
export function parseTable(text: string, options: TableOptions = {}): Table {
  const { rows, lines } = parseCsv(text, options.delimiter)
  const first = options.names ? 0 : 1
  const names = (options.names ?? rows[0] ?? []).map((name) => name.trim())
  checkNames(names, rows[0]?.length ?? 0, options)
  if (rows.length <= first) throw new DataError('The table has no rows', 'Give it at least one')
  const missing = new Set(options.missing ?? MISSING)
  const columns = names.flatMap((name, place) => {
    const type = options.types?.[name]
    if (type === 'skip') return []
    const cells = rows.slice(first).map((row) => {
      const cell = (row[place] ?? '').trim()
      return missing.has(cell) ? undefined : cell
    })
    return [readColumn(name, cells, type, (row) => `on line ${lines[row + first]}`)]
  })
  return { count: rows.length - first, columns }
}

/**
 * Makes a table of arrays by column name. Strings, booleans and the missing values `null`, `undefined` and `NaN` are understood.
 *
 * @throws DataError when lengths differ, or a column mixes numbers and text
 * @example tableFromColumns({ size: [12, null], city: ['Graz', 'Linz'] })
 */
export function tableFromColumns(columns: Readonly<Record<string, ArrayLike<Cell>>>): Table {
  const entries = Object.entries(columns)
  const count = entries[0]?.[1].length ?? 0
  const shorter = entries.find(([, values]) => values.length !== count)
  if (shorter) {
    const problem = `Column "${shorter[0]}" has ${shorter[1].length} values, "${entries[0]?.[0]}" has ${count}`
    throw new DataError(problem, 'Make them equally long')
  }
  if (count === 0) throw new DataError('The table has no rows', 'Give it at least one')
  return { count, columns: entries.map(([name, values]) => columnFromValues(name, Array.from(values))) }
}

/**
 * Makes a table of objects, one a row; a name that an object lacks is a missing value. See `tableFromColumns`.
 *
 * @example tableFromObjects([{ size: 12, city: 'Graz' }, { city: 'Linz' }])
 */
export function tableFromObjects(rows: readonly Readonly<Record<string, Cell>>[]): Table {
  const names = new Set(rows.flatMap((row) => Object.keys(row)))
  return tableFromColumns(Object.fromEntries([...names].map((name) => [name, rows.map((row) => row[name])])))
}

/** A value of a table made in JavaScript. */
export type Cell = number | string | boolean | null | undefined

function columnFromValues(name: string, values: readonly Cell[]): Column {
  const isMissing = (value: Cell): boolean => value === null || value === undefined || Number.isNaN(value)
  const present = values.filter((value) => !isMissing(value))
  const isNumber = present.every((value) => typeof value === 'number')
  if (isNumber) {
    const wrong = values.findIndex((value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    if (wrong >= 0)
      throw new DataError(`Column "${name}" is ${values[wrong]} in row ${wrong}`, 'Use null where a value is missing')
    return {
      kind: 'number',
      name,
      values: Float64Array.from(values, (value) => (isMissing(value) ? Number.NaN : Number(value))),
    }
  }
  if (present.some((value) => typeof value === 'number')) {
    throw new DataError(`Column "${name}" mixes numbers and text`, 'Make all its values numbers, or all text')
  }
  return categoryColumn(
    name,
    values.map((value) => (isMissing(value) ? undefined : String(value))),
  )
}

/** The rows of `table` in which no column, or none of `names`, has a missing value. Copies. O(size) */
export function dropMissing(table: Table, names?: readonly string[]): Table {
  const checked = names ? names.map((name) => columnOf(table, name)) : table.columns
  const isWhole = (row: number): boolean => checked.every((column) => !isMissingAt(column, row))
  return selectTableRows(table, Int32Array.from({ length: table.count }, (_, row) => row).filter(isWhole))
}

/** The rows of `table` named by `rows`, copied, in that order. */
export function selectTableRows(table: Table, rows: Int32Array): Table {
  const columns = table.columns.map(
    (column): Column =>
      column.kind === 'number'
        ? { ...column, values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) }
        : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] ?? -1) },
  )
  return { count: rows.length, columns }
}

/** @throws DataError when `table` has no column of this name */
export function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column) return column
  throw new DataError(
    `The table has no column "${name}"`,
    `It has ${table.columns.map((c) => `"${c.name}"`).join(', ')}`,
  )
}

export const isMissingAt = (column: Column, row: number): boolean =>
  column.kind === 'number' ? Number.isNaN(column.values[row]) : column.codes[row] === -1

function checkNames(names: readonly string[], width: number, options: TableOptions): void {
  if (names.length !== width) throw new DataError(`${names.length} names for ${width} columns`, 'Name every column')
  const doubled = names.find((name, i) => names.indexOf(name) < i)
  if (doubled !== undefined) throw new DataError(`Two columns are named "${doubled}"`, 'Give each a name of its own')
  const unknown = Object.keys(options.types ?? {}).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new DataError(
      `\`types\` names a column "${unknown}" that is not there`,
      `There are ${names.map((n) => `"${n}"`).join(', ')}`,
    )
  }
}

/** @param place says where a row is to be found in the file */
function readColumn(
  name: string,
  cells: readonly (string | undefined)[],
  type: Column['kind'] | undefined,
  place: (row: number) => string,
): Column {
  if (type === 'category') return categoryColumn(name, cells)
  const wrong = cells.findIndex((cell) => cell !== undefined && !isNumber(cell))
  if (wrong < 0) {
    return {
      kind: 'number',
      name,
      values: Float64Array.from(cells, (cell) => (cell === undefined ? Number.NaN : Number(cell))),
    }
  }
  const present = cells.filter((cell) => cell !== undefined)
  const numbers = present.filter(isNumber).length
  // A column of numbers with a stray word must not turn into hundreds of categories unnoticed.
  if (type === 'number' || numbers > present.length / 2) {
    throw new DataError(
      `Column "${name}" holds numbers, but ${JSON.stringify(cells[wrong])} ${place(wrong)}`,
      'Correct it, name it as a missing value, or read the column as categories (options `missing` and `types`)',
    )
  }
  return categoryColumn(name, cells)
}

const isNumber = (cell: string): boolean => NUMBER.test(cell) && Number.isFinite(Number(cell))

function categoryColumn(name: string, cells: readonly (string | undefined)[]): CategoryColumn {
  const codes = new Map<string, number>()
  const column = Int32Array.from(cells, (cell) => {
    if (cell === undefined) return -1
    if (!codes.has(cell)) codes.set(cell, codes.size)
    return codes.get(cell) ?? -1
  })
  return { kind: 'category', name, categories: [...codes.keys()], codes: column }
}
