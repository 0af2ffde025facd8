import { describe, expect, it } from 'vitest'
import { readDataFile } from './read-data-file.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const fixture = (name: string) => new URL(`./fixtures/${name}`, import.meta.url)

describe('readDataFile', () => {
  it.each([',', ';', '\t', '|'])('finds out that cells are separated by %j', async (delimiter) => {
    const text = `size${delimiter}"a, b; c"\n1${delimiter}x\n2${delimiter}y\n`
    const { count, columns } = await readDataFile(bytes(text))
    expect(count).toBe(2)
    expect(columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['size', 'number'],
      ['a, b; c', 'category'],
    ])
  })

  it('reads JSON lines, gaps and all', async () => {
    const { columns } = await readDataFile(bytes('{"a":1,"b":"x"}\n{"a":null,"b":"NA"}\n\n{"b":"y"}\n'))
    expect(columns).toEqual([
      { kind: 'number', name: 'a', values: Float64Array.of(1, Number.NaN, Number.NaN) },
      { kind: 'category', name: 'b', categories: ['x', 'y'], codes: Int32Array.of(0, -1, 1) },
    ])
  })

  it.each(['small.parquet', 'small-zstd.parquet'])('reads what pyarrow wrote: %s', async (name) => {
    const { columns } = await readDataFile(fixture(name))
    expect(columns).toEqual([
      { kind: 'number', name: 'size', values: Float64Array.of(12.5, Number.NaN, 30) },
      { kind: 'number', name: 'rooms', values: Float64Array.of(2, 3, Number.NaN) },
      { kind: 'category', name: 'city', categories: ['Graz', 'Linz'], codes: Int32Array.of(0, 1, -1) },
      {
        kind: 'category',
        name: 'sold',
        categories: ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z'],
        codes: Int32Array.of(0, 1, -1),
      },
      { kind: 'category', name: 'new', categories: ['true', 'false'], codes: Int32Array.of(0, 1, 0) },
    ])
  })

  it('takes numbers for names where it is told to, and passes over columns that are not there', async () => {
    const options = { types: { zip: 'category', other: 'category' } } as const
    const csv = await readDataFile(bytes('zip,a\n01,1\n02,2\n'), options)
    expect(csv.columns[0]).toMatchObject({ categories: ['01', '02'] })
    const lines = await readDataFile(bytes('{"zip":10}\n{"zip":20}\n'), options)
    expect(lines.columns[0]).toMatchObject({ categories: ['10', '20'] })
  })

  it.each([
    ['name\nJos\xe9\n', 'The file is not UTF-8 text. Convert it first'],
    ['', 'The table has no rows'],
    ['a,b\n', 'The table has no rows'],
    ['a,b\n1,2\n3\n', 'Line 3 has 1 cells, the first row has 2'],
    ['{"a":1}\n{"a":\n', 'Line 2 is not JSON'],
    ['{"a":{"b":1}}\n', 'Line 1 has {"b":1} under "a"'],
    ['PAR1 and no more', 'The Parquet file cannot be read'],
  ])('refuses %j', async (text, message) => {
    await expect(readDataFile(Uint8Array.from(text, (c) => c.charCodeAt(0)))).rejects.toThrow(message)
  })
})
