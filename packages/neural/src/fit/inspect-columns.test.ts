import { describe, expect, it } from 'vitest'
import { tableFromColumns } from '../data/table.ts'
import { inspectColumns } from './inspect-columns.ts'

const rows = <T>(make: (i: number) => T, count = 40): T[] => Array.from({ length: count }, (_, i) => make(i))
const noteOf = (values: Parameters<typeof tableFromColumns>[0][string], name = 'column') =>
  inspectColumns(tableFromColumns({ [name]: values, other: rows((i) => i * 0.5) })).notes[0]

describe('inspectColumns', () => {
  it.each([
    ['counts rows', 'nr', rows((i) => 100 + i), 'left out: it only numbers the rows'],
    [
      'is named like an identifier',
      'customer_id',
      rows((i) => (i * 7919) % 1009),
      'left out: a whole number of its own',
    ],
    ['never changes', 'country', rows(() => 'AT'), 'left out: it is the same in every row'],
    ['is empty', 'note', rows(() => null), 'left out: it is empty'],
    ['has a text of its own for every row', 'name', rows((i) => `person ${i}`), 'left out: a text of its own'],
    ['has hardly a text twice', 'street', rows((i) => `street ${i % 15}`), 'left out: 15 different texts in 40 rows'],
  ])('leaves out a column that %s', (_, name, values, words) => {
    expect(noteOf(values, name)).toMatchObject({ role: 'leftOut', words: expect.stringContaining(words) })
  })

  it('keeps whole numbers that are amounts, though each is different', () => {
    expect(
      noteOf(
        rows((i) => (i * 7919) % 1009),
        'price',
      ),
    ).toMatchObject({ role: 'number', distinct: 40 })
  })

  it('counts gaps and names categories', () => {
    expect(noteOf(rows((i) => (i % 4 === 0 ? null : i % 2 === 0 ? 'a' : 'b')))).toEqual({
      name: 'column',
      role: 'category',
      distinct: 2,
      missing: 10,
      words: '2 categories: "b", "a"',
    })
  })

  it('turns ISO dates into days', () => {
    const dates = rows((i) => (i === 3 ? null : `2026-01-${String((i % 28) + 1).padStart(2, '0')}`))
    const { table, notes } = inspectColumns(tableFromColumns({ sold: dates }))
    expect(notes[0]).toMatchObject({ role: 'date', words: 'dates from 2026-01-01 to 2026-01-28', missing: 1 })
    expect(table.columns[0]).toMatchObject({ kind: 'number' })
    expect((table.columns[0] as { values: Float64Array }).values.slice(0, 4)).toEqual(
      Float64Array.of(20454, 20455, 20456, Number.NaN),
    )
  })

  it('refuses where nothing is left', () => {
    expect(() => inspectColumns(tableFromColumns({ id: rows((i) => i) }))).toThrow(
      'No column is left to learn from ("id" left out: a whole number of its own',
    )
  })
})
