import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpaceError } from '../errors.ts'
import { branch, choice, float, int, repeat } from './nodes.ts'
import { spaces } from './space-arbitraries.ts'
import { spaceFromJson, spaceToJson } from './space-json.ts'

const viaText = (json: unknown): unknown => JSON.parse(JSON.stringify(json))

/** JSON has no −0, and a space does not need one. */
const withoutNegativeZero = (_: string, value: unknown) => (Object.is(value, -0) ? 0 : value)

describe('spaceToJson and spaceFromJson', () => {
  it('give every space back', () => {
    fc.assert(
      fc.property(spaces, (entries) => {
        const json = spaceToJson(entries)
        const read = spaceFromJson(viaText(json))
        expect(JSON.stringify(spaceToJson(read))).toBe(JSON.stringify(json, withoutNegativeZero))
      }),
    )
  })

  it('keep defaults, scales, steps and options that JSON has no word for', () => {
    const entries = {
      lr: float(1e-5, 1, { log: true, default: 1e-3 }),
      drop: float(0, 0.5, { step: 0.1, default: 0 }),
      units: int(1, 9, { step: 2 }),
      odd: choice([Number.NaN, Infinity, -Infinity, null, 'NaN'], { default: Number.NaN }),
      none: choice([null, 1], { default: null }),
      net: branch('kind', { a: {}, b: { n: repeat(0, 2, { x: int(1, 2) }, { default: 1 }) } }, { default: 'b' }),
    }
    expect(spaceFromJson(viaText(spaceToJson(entries)))).toEqual(entries)
  })

  it('read what somebody wrote by hand', () => {
    expect(
      spaceFromJson({ lr: { kind: 'float', low: 0.1, high: 1 }, n: { kind: 'int', low: 1, high: 3, log: true } }),
    ).toEqual({
      lr: float(0.1, 1),
      n: int(1, 3, { log: true }),
    })
  })

  const proto: unknown = JSON.parse('{ "__proto__": { "kind": "int", "low": 0, "high": 1 } }')

  it.each<[string, unknown, string, RegExp]>([
    ['no object', [], '', /expected an object of parameters, got \[\]/],
    ['null', null, '', /got null/],
    ['a bare value', { lr: 0.1 }, 'lr', /expected an object with a "kind", got 0.1/],
    ['an unknown kind', { lr: { kind: 'normal' } }, 'lr', /"kind" is "normal"\. Known are float, int, choice/],
    ['an inherited kind', { lr: { kind: 'constructor' } }, 'lr', /"kind" is "constructor"/],
    ['a missing bound', { lr: { kind: 'float', low: 0 } }, 'lr', /"high" must be a number, got undefined/],
    ['a bound as text', { lr: { kind: 'float', low: '0', high: 1 } }, 'lr', /"low" must be a number, got "0"/],
    [
      'a misspelt key',
      { lr: { kind: 'float', low: 0, high: 1, defualt: 1 } },
      'lr',
      /float has no "defualt"\. Known are .*default/,
    ],
    [
      'log as text',
      { lr: { kind: 'float', low: 1, high: 2, log: 'yes' } },
      'lr',
      /"log" must be true or false, got "yes"/,
    ],
    ['step as text', { lr: { kind: 'float', low: 0, high: 1, step: '.1' } }, 'lr', /"step" must be a number, got ".1"/],
    ['log with step', { lr: { kind: 'float', low: 1, high: 2, log: true, step: 0.1 } }, 'lr', /exclude each other/],
    ['a wrong range', { lr: { kind: 'float', low: 2, high: 1 } }, 'lr', /low 2 is above high 1/],
    ['options that are no list', { c: { kind: 'choice', options: 'a' } }, 'c', /"options" must be an array, got "a"/],
    [
      'an object as option',
      { c: { kind: 'choice', options: [{ number: 'one' }] } },
      'c',
      /option 0 is \{"number":"one"\}/,
    ],
    [
      'a default that is no option',
      { c: { kind: 'choice', options: [1], default: 2 } },
      'c',
      /default 2 lies outside \{1\}/,
    ],
    ['a branch without key', { b: { kind: 'branch', cases: {} } }, 'b', /"key" must be a text, got undefined/],
    ['cases as list', { b: { kind: 'branch', key: 'k', cases: [] } }, 'b', /"cases" must be an object, got \[\]/],
    ['a wrong case', { b: { kind: 'branch', key: 'k', cases: { x: null } } }, 'b.x', /got null/],
    ['an error deep inside', { b: { kind: 'branch', key: 'k', cases: { x: { n: 1 } } } }, 'b.x.n', /got 1/],
    ['a repeat without entries', { r: { kind: 'repeat', min: 0, max: 1 } }, 'r.0', /got undefined/],
    ['a repeat without max', { r: { kind: 'repeat', min: 0, entries: {} } }, 'r', /"max" must be a number/],
    ['the name of the prototype', proto, '__proto__', /reserved/],
  ])('refuse %s, naming its path', (_, json, path, message) => {
    expect(() => spaceFromJson(json)).toThrow(SpaceError)
    expect(() => spaceFromJson(json)).toThrow(message)
    expect(() => spaceFromJson(json)).toThrow(expect.objectContaining({ path }))
  })
})
