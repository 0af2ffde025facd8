import { parseCsv } from '../data/csv.ts'
import { type DataSource, decodeText, readSource } from '../data/source.ts'
import { type Cell, parseTable, type Table, type TableOptions, tableFromObjects } from '../data/table.ts'
import { DataError } from '../errors.ts'
import { likelyDelimiter } from './likely-delimiter.ts'
import { readParquet } from './read-parquet.ts'

/** What a file of rows is written in. */
export type DataFormat = 'csv' | 'jsonl' | 'parquet'

/** How {@link readDataFile} reads; everything may be left out. */
export interface DataFileOptions extends Pick<TableOptions, 'delimiter' | 'missing'> {
  /** What columns hold, by name; names that the file lacks are passed over. See `parseTable` for what happens without. */
  readonly types?: NonNullable<TableOptions['types']>
  /** Default: by the file's first bytes and the ending of its name. */
  readonly format?: DataFormat
}

/**
 * Reads a table from CSV (comma, semicolon, tab or bar, found out from the first line), JSON lines or Parquet; gzip is recognised.
 *
 * @throws DataError when the file cannot be read, is not UTF-8, or is not what its format says; the message names the line
 * @example const table = await readDataFile('houses.parquet')
 */
export async function readDataFile(source: DataSource, options: DataFileOptions = {}): Promise<Table> {
  const bytes = await readSource(source)
  const name = source instanceof Uint8Array ? '' : String(source)
  const format = options.format ?? formatOf(bytes, name)
  if (format === 'parquet') return typedTable(await readParquet(bytes), options)
  const text = decodeText(bytes)
  if (format === 'jsonl') return typedTable(parseJsonLines(text), options)
  const delimiter = options.delimiter ?? likelyDelimiter(text)
  const { missing } = options
  return parseTable(text, { delimiter, types: knownTypes(text, delimiter, options), ...(missing && { missing }) })
}

/** `types` without the columns that the file lacks. */
function knownTypes(
  text: string,
  delimiter: string,
  { types = {} }: DataFileOptions,
): NonNullable<TableOptions['types']> {
  const [header = []] = parseCsv(text.slice(0, text.search(/\n|$/)), delimiter).rows
  const names = new Set(header.map((name) => name.trim()))
  return Object.fromEntries(Object.entries(types).filter(([name]) => names.has(name)))
}

function formatOf(bytes: Uint8Array, name: string): DataFormat {
  if (new TextDecoder().decode(bytes.subarray(0, 4)) === 'PAR1') return 'parquet'
  const ending = /\.(\w+)(\.gz)?$/.exec(name)?.[1]?.toLowerCase()
  if (ending === 'parquet') return 'parquet'
  if (ending === 'jsonl' || ending === 'ndjson' || ending === 'json') return 'jsonl'
  return bytes[0] === 0x7b ? 'jsonl' : 'csv'
}

/** One object a line; a single array of objects is understood too. */
function parseJsonLines(text: string): readonly Readonly<Record<string, Cell>>[] {
  const whole = text.replace(/^\uFEFF/, '')
  if (whole.trimStart().startsWith('[')) {
    const rows = parseJson(whole, 'The file')
    if (Array.isArray(rows)) return rows.map((row, i) => plainRow(row, `Entry ${i} of the array`))
  }
  return whole
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [plainRow(parseJson(line, `Line ${i + 1}`), `Line ${i + 1}`)]))
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DataError(`${where} is not JSON`, 'Write one object a line: {"size": 12, "city": "Graz"}', { cause })
  }
}

function plainRow(row: unknown, where: string): Readonly<Record<string, Cell>> {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new DataError(`${where} is no object`, 'Write one object a line: {"size": 12, "city": "Graz"}')
  }
  const nested = Object.entries(row).find(([, value]) => typeof value === 'object' && value !== null)
  if (nested !== undefined) {
    throw new DataError(
      `${where} has ${JSON.stringify(nested[1]).slice(0, 40)} under "${nested[0]}"`,
      'Values are numbers, text, true, false or null; lift nested ones to the top',
    )
  }
  return row as Readonly<Record<string, Cell>> // Every value was looked at.
}

/** Numbers to be read as categories, and the other way round, as `types` says. */
function typedTable(rows: readonly Readonly<Record<string, Cell>>[], { types = {}, missing }: DataFileOptions): Table {
  const gaps = new Set(missing ?? ['', 'NA', 'N/A', 'NaN', 'nan', 'null', '?'])
  const names = new Set(rows.flatMap((row) => Object.keys(row)))
  const cell = (name: string, value: Cell): Cell => {
    if (value === null || value === undefined || (typeof value === 'string' && gaps.has(value.trim()))) return null
    if (types[name] === 'category') return String(value)
    if (types[name] === 'number' && typeof value === 'string' && Number.isFinite(Number(value))) return Number(value)
    return value
  }
  const kept = [...names].filter((name) => types[name] !== 'skip')
  return tableFromObjects(rows.map((row) => Object.fromEntries(kept.map((name) => [name, cell(name, row[name])]))))
}
