import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StudyError } from '../errors.ts'
import { cloneJson, parsePythonJson, stringifyPythonJson } from './python-json.ts'

describe('JSON as Python writes it', () => {
  // json.dumps of Python 3.11.2.
  it.each([
    [
      { a: [1, 2.5, null, true], inf: Number.POSITIVE_INFINITY, nan: Number.NaN },
      '{"a": [1, 2.5, null, true], "inf": Infinity, "nan": NaN}',
    ],
    ['zoë ✓ 🎼 \u007f', '"zo\\u00eb \\u2713 \\ud83c\\udfbc \\u007f"'],
    ['"\\\b\f\n\r\t\u0001', '"\\"\\\\\\b\\f\\n\\r\\t\\u0001"'],
    [-0, '-0.0'],
    [-Infinity, '-Infinity'],
    [[], '[]'],
    [{}, '{}'],
  ])('writes %j', (value, text) => {
    expect(stringifyPythonJson(value)).toBe(text)
    expect(parsePythonJson(text)).toEqual(value)
  })

  it('reads bare tokens, but not inside strings', () => {
    expect(parsePythonJson('[NaN, -Infinity, "NaN", "a \\" NaN", {"NaN": Infinity, "NaN!": "NaN!"}]')).toEqual([
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      'NaN',
      'a " NaN',
      { NaN: Number.POSITIVE_INFINITY, 'NaN!': 'NaN!' },
    ])
    expect(parsePythonJson('["\\u004eaN", NaN]')).toEqual(['NaN', Number.NaN])
  })

  it.each(['', '{', '[NaN NaN]', '[-NaN]', 'xNaN', '[Infinity', "{'a': NaN}"])('refuses %j', (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError)
  })

  it('comes back unchanged, whatever the data', () => {
    const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null))
    const data = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
    })).value
    fc.assert(
      fc.property(data, (value) => {
        expect(cloneJson(value)).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  it('leaves out undefined, honours toJSON and refuses what JSON has no form for', () => {
    expect(stringifyPythonJson({ a: undefined, b: new Date(0) })).toBe('{"b": "1970-01-01T00:00:00.000Z"}')
    expect(stringifyPythonJson([undefined])).toBe('[null]')
    for (const value of [1n, () => 1, Symbol('x'), new Float64Array(2), new Set()]) {
      expect(() => stringifyPythonJson({ value })).toThrow(StudyError)
    }
  })
})
