import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCsv } from './csv.ts'

test('reads back whatever was written with quotes', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', ' ', ',', '"', '\n', '\r\n', ';', 'é') })
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })))
  const property = fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, lineBreak, always) => {
    const quote = (text: string): string =>
      always || text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    const text = rows.map((row) => row.map(quote).join(',')).join(lineBreak)
    expect(parseCsv(text).rows).toEqual(rows)
    expect(parseCsv(text + lineBreak).rows).toEqual(rows)
  })
  fc.assert(property, { numRuns: 300 })
})

// Expected rows: Python 3.11's csv.reader over the same text.
test('agrees with Python on the corners of the format', () => {
  expect(parseCsv('a,b\r\n1,"x ""y"", z"\n\n"2\n3",').rows).toEqual([
    ['a', 'b'],
    ['1', 'x "y", z'],
    ['2\n3', ''],
  ])
  expect(parseCsv('a,"b"c,d "e"\n').rows).toEqual([['a', 'bc', 'd "e"']])
  expect(parseCsv('\uFEFFa;b\n1,5;2', ';').rows).toEqual([
    ['a', 'b'],
    ['1,5', '2'],
  ])
  expect(parseCsv('').rows).toEqual([])
})

test('says on which line a row is too short or a quote stays open', () => {
  expect(parseCsv('a,b\n"1\n2",3\n4,5').lines).toEqual([1, 2, 4])
  expect(() => parseCsv('a,b\n\n"1\n2",3\n4')).toThrow(/Line 5 has 1 cells, the first row has 2/)
  expect(() => parseCsv('a,b\n1,"2\n3,4')).toThrow(/row of line 2 is not closed/)
  expect(() => parseCsv('a', '')).toThrow(/delimiter must be one character/)
})
