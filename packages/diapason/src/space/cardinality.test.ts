import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardinality } from './cardinality.ts'
import type { ParamValue } from './distribution.ts'
import { branch, choice, type Entries, float, int, repeat } from './nodes.ts'
import { compileSpace, isActive, type ParamValues } from './search-space.ts'
import { smallSpaces } from './space-arbitraries.ts'

/** Every configuration, one by one; undefined beyond the limit. */
function enumerate(entries: Entries, limit: number): ParamValues[] | undefined {
  let points: { [path: string]: ParamValue }[] = [{}]
  for (const parameter of compileSpace(entries).parameters) {
    const values = Array.from({ length: parameter.column.size }, (_, i) => parameter.column.valueAt(i))
    points = points.flatMap((point) =>
      isActive(parameter, point) ? values.map((value) => ({ ...point, [parameter.name]: value })) : [point],
    )
    if (points.length > limit) return undefined
  }
  return points
}

describe('cardinality', () => {
  it('equals the number of configurations counted one by one', () => {
    fc.assert(
      fc.property(smallSpaces, (entries) => {
        const points = enumerate(entries, 3000)
        if (points === undefined) expect(cardinality(entries)).toBeGreaterThan(3000)
        else expect(cardinality(entries)).toBe(points.length)
      }),
    )
  })

  it.each<[string, Entries, number]>([
    ['nothing', {}, 1],
    ['a product', { layers: int(1, 3), activation: choice(['relu', 'tanh']) }, 6],
    ['steps', { rate: float(0, 1, { step: 0.1 }), units: int(1, 10, { step: 4 }) }, 33],
    ['a branch', { o: branch('kind', { a: {}, b: { x: int(1, 5) }, c: { x: int(1, 2), y: choice([1, 2]) } }) }, 10],
    ['a repeat', { layers: repeat(0, 3, { units: choice([1, 2]) }) }, 15],
    ['a repeat of nothing', { layers: repeat(2, 5, {}) }, 4],
    ['no copies', { layers: repeat(0, 0, { x: float(0, 1) }) }, 1],
    ['one value', { x: float(0.1, 0.1), y: int(3, 3) }, 1],
    ['a continuous number', { x: float(0, 1), y: int(1, 2) }, Infinity],
    ['a continuous number in a copy', { layers: repeat(0, 1, { x: float(0, 1) }) }, Infinity],
    ['all integers', { x: int(0, Number.MAX_SAFE_INTEGER) }, 2 ** 53],
  ])('of %s', (_, entries, expected) => {
    expect(cardinality(entries)).toBe(expected)
  })

  it('refuses a wrong space instead of counting it', () => {
    expect(() => cardinality({ layers: repeat(0, 1e12, {}) })).toThrow(/"layers"/)
  })
})
