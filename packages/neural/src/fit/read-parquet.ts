import type { Cell } from '../data/table.ts'
import { DataError } from '../errors.ts'

/**
 * The rows of a Parquet file, in every usual compression; whole numbers of 64 bits become numbers, times ISO text.
 *
 * @throws DataError when the file is damaged, or a column holds lists or structures
 */
export async function readParquet(bytes: Uint8Array): Promise<readonly Readonly<Record<string, Cell>>[]> {
  // Loaded when it is needed: who reads CSV does not pay for it.
  const [{ parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ])
  let rows: readonly Record<string, unknown>[]
  try {
    // A copy, as Node's buffers may lie in a larger one.
    rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer, compressors })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`The Parquet file cannot be read: ${reason}`, 'Write it again', { cause })
  }
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(name, value)])))
}

function cellOf(name: string, value: unknown): Cell {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'undefined':
      return value
    case 'bigint':
      return Number(value)
    default:
      if (value === null) return null
      if (value instanceof Date) return value.toISOString()
      throw new DataError(
        `Column "${name}" holds lists or structures`,
        'Only numbers, text, booleans and times can be learned from; leave it out of the file',
      )
  }
}
