import { describe, expect, it } from 'vitest'
import { jsonArray, jsonLine } from '../../text/json.ts'
import { clockText, counted, durationText, numberText, percentText } from '../../text/numbers.ts'
import { paramsText, shortNames } from '../../text/param-text.ts'
import { shellWord } from '../../text/shell-word.ts'
import { programName, studyCommand } from './command-line.ts'
import { displayWidth, fitted, padded, withoutControls, wrapped } from './display-width.ts'
import { colourPaint, paintFor, plainPaint } from './paint.ts'
import { tableLines } from './table.ts'

describe('display width', () => {
  it.each([
    ['abc', 3],
    ['手書き数字', 10],
    ['한국어', 6],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['🇫🇷', 2],
    ['▁▃█ ✓ → ━', 9],
    ['\u001b[31mred\u001b[39m', 3],
    ['', 0],
  ])('of %j is %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells)
  })

  it('cuts at whole characters, never wider than asked, and closes colours', () => {
    expect(fitted('手書き数字', 6)).toBe('手書…')
    expect(fitted('手書き数字', 10)).toBe('手書き数字')
    expect(fitted('abcdef', 4)).toBe('abc…')
    expect(fitted('abc', 0)).toBe('')
    const cut = fitted(`${colourPaint('bad', 'a long red text')} and more`, 8)
    expect(displayWidth(cut)).toBe(8)
    expect(cut.endsWith('\u001b[0m')).toBe(true)
  })

  it('lets no name move the cursor or clear the screen', () => {
    expect(withoutControls('a\u001b[2Jb\u0007c\nd\u009b5me')).toBe('abc d5me')
    expect(fitted('x\u001b[1Ay', 80)).toBe('xy')
  })

  it('fills to a width, and breaks sentences at spaces', () => {
    expect(padded('手', 4)).toBe('手  ')
    expect(padded('7', 3, 'right')).toBe('  7')
    expect(wrapped('the quick brown fox', 10)).toEqual(['the quick', 'brown fox'])
    expect(wrapped('averylongword', 5)).toEqual(['aver…'])
  })
})

describe('numbers', () => {
  it.each([
    [0.972222, '0.9722'],
    [0.1 + 0.2, '0.3'],
    [5e-324, '5e-324'],
    [Number.MAX_VALUE, '1.798e308'],
    [-Number.MAX_VALUE, '-1.798e308'],
    [0.00034, '0.00034'],
    [1e-5, '1e-5'],
    [12345.678, '12,346'],
    [123456, '123,456'],
    [0, '0'],
    [-0, '0'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-∞'],
  ])('%d is written %s', (value, text) => {
    expect(numberText(value)).toBe(text)
  })

  it('writes times, shares and counts for people', () => {
    expect([3, 1500, 59_960, 61_000, 3_599_600, 7_265_000, 1e9].map(durationText)).toEqual([
      '3 ms',
      '1.5 s',
      '1 min',
      '1 min 1 s',
      '1 h',
      '2 h 1 min',
      '11 d 14 h',
    ])
    expect([0, 7_900, 723_000, 3_723_000, -5].map(clockText)).toEqual(['0:00', '0:07', '12:03', '1:02:03', '0:00'])
    expect([0, 0.042, 0.6321, 1].map(percentText)).toEqual(['0 %', '4.2 %', '63 %', '100 %'])
    expect([counted(1, 'trial'), counted(1200, 'trial')]).toEqual(['1 trial', '1,200 trials'])
  })
})

describe('JSON', () => {
  it('names the numbers that JSON has not', () => {
    expect(jsonLine({ a: Number.NaN, b: [Number.POSITIVE_INFINITY, -1], c: { d: Number.NEGATIVE_INFINITY } })).toBe(
      '{"a":"NaN","b":["Infinity",-1],"c":{"d":"-Infinity"}}\n',
    )
  })

  it('writes arrays an item a line', () => {
    expect(jsonArray([{ a: 1 }, 2])).toBe('[\n{"a":1},\n2\n]\n')
    expect(JSON.parse(jsonArray([]))).toEqual([])
  })
})

describe('parameters', () => {
  it('are named by their last part where that is enough', () => {
    const names = shortNames([
      'optimizer',
      'optimizer.adam.learningRate',
      'layers.0.units',
      'layers.1.units',
      'width.0',
    ])
    expect([...names.values()]).toEqual(['optimizer', 'learningRate', 'layers.0.units', 'layers.1.units', 'width.0'])
  })

  it('are written in one line', () => {
    expect(paramsText({ 'a.rate': 0.0012345, kind: 'sgd', on: true, none: null })).toBe(
      'rate 0.00123, kind sgd, on true, none null',
    )
    expect(paramsText({ a: 1, b: 2 }, ['b'])).toBe('b 2')
  })
})

describe('tables', () => {
  const columns = [{ title: 'name' }, { title: 'n', align: 'right' }, { title: 'text', shrinks: true }] as const
  const rows = [
    ['手書き', '7', 'short'],
    ['b', '1,234', 'a text that is much too long for its column'],
  ]

  it('align, and shrink the column that may', () => {
    expect(tableLines(columns, rows, { width: 30, paint: plainPaint })).toEqual([
      'name        n  text',
      '手書き      7  short',
      'b       1,234  a text that is…',
    ])
  })

  it('are as wide as they need where lines need not fit', () => {
    const lines = tableLines(columns, rows, { width: Number.POSITIVE_INFINITY, paint: plainPaint })
    expect(lines[2]).toBe('b       1,234  a text that is much too long for its column')
  })

  it('leave out columns without content', () => {
    expect(tableLines(columns, [['a', '', 'x']], { width: 80, paint: plainPaint })).toEqual(['name  text', 'a     x'])
  })

  it('never exceed the width', () => {
    for (let width = 1; width < 60; width++) {
      for (const line of tableLines(columns, rows, { width, paint: colourPaint })) {
        expect(displayWidth(line)).toBeLessThanOrEqual(width)
      }
    }
  })
})

describe('colours', () => {
  const terminal = { isTTY: true }
  it.each([
    ['at a terminal', terminal, {}, true],
    ['not in a pipe', {}, {}, false],
    ['not with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['with an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
    ['with FORCE_COLOR in a pipe', {}, { FORCE_COLOR: '1' }, true],
    ['with FORCE_COLOR over NO_COLOR', terminal, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    ['not with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
    ['not at a dumb terminal', terminal, { TERM: 'dumb' }, false],
  ] as const)('%s', (_, stream, env, coloured) => {
    expect(paintFor(stream, env)('bad', 'x') !== 'x').toBe(coloured)
  })
})

describe('commands to type', () => {
  it('are called as this one was', () => {
    expect(programName({})).toBe('diapason')
    expect(programName({ npm_command: 'exec' })).toBe('npx diapason')
    expect(programName({ npm_command: 'run', npm_lifecycle_event: 'diapason' })).toBe('npm run -s diapason --')
  })

  it('quote what a shell would take apart, and leave out the default storage', () => {
    expect(shellWord("it's mine")).toBe("'it'\\''s mine'")
    expect(shellWord('')).toBe("''")
    expect(studyCommand('show', 'my study', 'sqlite:diapason.db')).toMatch(/ show 'my study'$/)
    expect(studyCommand('show', 'digits', 'sqlite:a.db')).toMatch(/ show digits --storage sqlite:a.db$/)
  })
})
