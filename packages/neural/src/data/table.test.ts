import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { DataError } from '../errors.ts'
import { dropMissing, parseTable, readTable, tableFromColumns, tableFromObjects } from './table.ts'

const HOUSES = 'size, city ,floors\n12,Graz,1\n,"Linz",NA\n8.5e1,?,2\n'

test('columns are numbers or categories by what they hold, gaps in both', () => {
  const [size, city, floors] = parseTable(HOUSES).columns
  expect(size).toEqual({ kind: 'number', name: 'size', values: Float64Array.of(12, Number.NaN, 85) })
  expect(city).toEqual({ kind: 'category', name: 'city', categories: ['Graz', 'Linz'], codes: Int32Array.of(0, 1, -1) })
  expect(floors).toEqual({ kind: 'number', name: 'floors', values: Float64Array.of(1, Number.NaN, 2) })
})

test('types may be declared, columns left out, names given', () => {
  const table = parseTable('1;x\n2;y', {
    names: ['id', 'mark'],
    delimiter: ';',
    types: { id: 'category', mark: 'skip' },
  })
  expect(table).toEqual({
    count: 2,
    columns: [{ kind: 'category', name: 'id', categories: ['1', '2'], codes: Int32Array.of(0, 1) }],
  })
})

test('arrays and objects make the same table', () => {
  const rows = [{ size: 12, city: 'Graz' }, { city: 'Linz' }, { size: 85, city: null }]
  expect(tableFromObjects(rows)).toEqual(tableFromColumns({ size: [12, undefined, 85], city: ['Graz', 'Linz', null] }))
  expect(tableFromColumns({ isNew: [true, false] }).columns[0]).toMatchObject({ categories: ['true', 'false'] })
})

test('a file may be packed; rows with gaps may be dropped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'table-'))
  try {
    const file = join(folder, 'houses.csv.gz')
    await writeFile(file, gzipSync(HOUSES))
    const table = await readTable(file)
    expect(table).toEqual(parseTable(HOUSES))
    expect(dropMissing(table).count).toBe(1)
    expect(dropMissing(table, ['size']).columns[0]).toMatchObject({ values: Float64Array.of(12, 85) })
    await writeFile(file, gzipSync(HOUSES).subarray(0, 30))
    await expect(readTable(file)).rejects.toThrow(/not a whole gzip file/)
    await expect(readTable(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv" cannot be read/)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('what cannot be read is named with its column and line', () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => parseTable('x\n1\n\n2\nabc\n'), /Column "x" holds numbers, but "abc" on line 5/],
    [() => parseTable('x\n1\n2\nInfinity\n'), /"Infinity" on line 4/],
    [() => parseTable('x\nred\n', { types: { x: 'number' } }), /"red" on line 2/],
    [() => parseTable('x,x\n1,2'), /Two columns are named "x"/],
    [() => parseTable('x\n1', { types: { y: 'number' } }), /names a column "y" that is not there/],
    [() => parseTable('x,y\n'), /no rows/],
    [() => parseTable(''), /no rows/],
    [() => parseTable('1,2', { names: ['x'] }), /1 names for 2 columns/],
    [() => tableFromColumns({ x: [1, 2], y: [1] }), /"y" has 1 values, "x" has 2/],
    [() => tableFromColumns({ x: [1, 'a'] }), /mixes numbers and text/],
    [() => tableFromColumns({ x: [1, Number.POSITIVE_INFINITY] }), /is Infinity in row 1/],
    [() => dropMissing(parseTable('x\n1'), ['y']), /no column "y"/],
  ]
  for (const [read, message] of wrong) {
    expect(read).toThrow(DataError)
    expect(read).toThrow(message)
  }
})
