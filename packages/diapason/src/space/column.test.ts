import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Column, columnOf, fromStored, toStored } from './column.ts'
import { checkDistribution, type Distribution, type ParamValue, sameValue } from './distribution.ts'
import { choice, float, int, type SpaceNode } from './nodes.ts'
import { compileSpace } from './search-space.ts'
import { distributions } from './space-arbitraries.ts'

function axis(node: SpaceNode): Column {
  const [parameter] = compileSpace({ x: node }).parameters
  if (parameter === undefined) throw new Error('the space is empty')
  return parameter.column
}

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const checked = distributions.map((distribution) => checkDistribution('x', distribution))
const valuesOf = (column: Column) => Array.from({ length: column.size }, (_, i) => column.valueAt(i))

/** Equal, or as near as the rounding of logarithms allows. */
function isNear(distribution: Distribution, a: ParamValue, b: ParamValue): boolean {
  if (distribution.kind === 'categorical') return sameValue(a, b)
  const [x, y] = [Number(a), Number(b)]
  if (distribution.log) return Math.abs(Math.log(x) - Math.log(y)) <= 1e-12
  const scale = Math.max(Math.abs(distribution.low), Math.abs(distribution.high))
  return distribution.kind === 'int' || distribution.step !== null
    ? x === y
    : Math.abs(x / scale - y / scale) <= 1e-15 || x === y
}

describe('columnOf, for every distribution', () => {
  it('decodes only values that the parameter contains, and never −0', () => {
    fc.assert(
      fc.property(checked, unit, (distribution, u) => {
        const column = columnOf(distribution)
        const value = column.decode(u)
        expect(column.contains(value)).toBe(true)
        if (distribution.kind !== 'categorical') expect(Object.is(value, -0)).toBe(false)
      }),
    )
  })

  it('decodes what it encoded', () => {
    fc.assert(
      fc.property(checked, unit, (distribution, u) => {
        const column = columnOf(distribution)
        const value = column.decode(u)
        const position = column.encode(value)
        expect(position).toBeGreaterThanOrEqual(0)
        expect(position).toBeLessThanOrEqual(1)
        expect(isNear(distribution, column.decode(position), value)).toBe(true)
      }),
    )
  })

  it('gives every position to the cell that it lies in', () => {
    fc.assert(
      fc.property(checked, unit, (distribution, u) => {
        const column = columnOf(distribution)
        if (column.kind === 'continuous') return
        const index = column.indexOf(column.decode(u))
        expect(sameValue(column.valueAt(index), column.decode(u))).toBe(true)
        expect(column.edge(index)).toBeLessThanOrEqual(u)
        expect(column.edge(index + 1)).toBeGreaterThanOrEqual(u)
      }),
    )
  })

  it('has edges from 0 to 1 that never fall', () => {
    fc.assert(
      fc.property(checked, fc.double({ min: 0, max: 1, noNaN: true }), (distribution, share) => {
        const column = columnOf(distribution)
        if (column.kind === 'continuous') return
        const index = Math.floor(share * (column.size - 1))
        expect(column.edge(0)).toBe(0)
        expect(column.edge(column.size)).toBe(1)
        expect(column.edge(index)).toBeLessThanOrEqual(column.edge(index + 1))
      }),
    )
  })

  it('reaches the ends at 0 and 1', () => {
    fc.assert(
      fc.property(checked, (distribution) => {
        if (distribution.kind === 'categorical') return
        const column = columnOf(distribution)
        expect(column.decode(0)).toBe(distribution.low + 0)
        expect(column.decode(1)).toBe(distribution.high + 0)
      }),
    )
  })

  it('stays in the unit interval whatever it is asked', () => {
    const anything: ParamValue[] = [Number.NaN, Infinity, -Infinity, -1, 1e308, 'text', '', true, null]
    fc.assert(
      fc.property(checked, (distribution) => {
        const column = columnOf(distribution)
        for (const value of anything) {
          const position = column.encode(value)
          expect(position >= 0 && position <= 1).toBe(true)
        }
        for (const u of [Number.NaN, -1, 2, Infinity]) expect(column.contains(column.decode(u))).toBe(true)
      }),
    )
  })
})

describe('continuous columns', () => {
  it('spread evenly, or evenly in the logarithm', () => {
    expect(axis(float(-2, 6)).decode(0.25)).toBe(0)
    expect(axis(float(-2, 6)).encode(4)).toBe(0.75)
    expect(axis(float(1e-4, 1, { log: true })).decode(0.25)).toBeCloseTo(1e-3, 15)
    expect(axis(float(1e-4, 1, { log: true })).encode(0.01)).toBeCloseTo(0.5, 15)
  })

  it('clamp numbers outside the range to its ends', () => {
    const column = axis(float(1, 2, { log: true }))
    expect([-1, 0, 0.5, 3, Infinity].map(column.encode)).toEqual([0, 0, 0, 1, 1])
    expect([0.999, 1, 2, 2.001].map(column.contains)).toEqual([false, true, true, false])
  })

  it('cover the largest and the smallest doubles', () => {
    const huge = axis(float(-Number.MAX_VALUE, Number.MAX_VALUE))
    expect([0, 0.5, 1].map(huge.decode)).toEqual([-Number.MAX_VALUE, 0, Number.MAX_VALUE])
    expect(Number(huge.decode(0.25)) / Number.MAX_VALUE).toBeCloseTo(-0.5, 14)
    expect(huge.encode(Number.MAX_VALUE / 2)).toBe(0.75)
    const tiny = axis(float(0, Number.MIN_VALUE))
    expect([tiny.encode(0), tiny.encode(Number.MIN_VALUE)]).toEqual([0, 1])
    const wide = axis(float(Number.MIN_VALUE, Number.MAX_VALUE, { log: true }))
    expect(wide.decode(0)).toBe(Number.MIN_VALUE)
    expect(wide.decode(1)).toBe(Number.MAX_VALUE)
    expect(wide.decode(0.5)).toBeGreaterThan(1e-9)
    expect(wide.decode(0.5)).toBeLessThan(1e-6)
  })

  it('tell neighbouring doubles apart that share a logarithm', () => {
    const high = 1e300 * (1 + Number.EPSILON)
    const column = axis(float(1e300, high, { log: true }))
    expect([column.encode(1e300), column.encode(high)]).toEqual([0, 1])
    expect([column.decode(0), column.decode(1)]).toEqual([1e300, high])
  })

  it('with one value are discrete', () => {
    for (const column of [axis(float(0.1, 0.1)), axis(float(1e-5, 1e-5, { log: true }))]) {
      expect(column).toMatchObject({ kind: 'discrete', size: 1 })
      const only = column.valueAt(0)
      expect([column.decode(0), column.decode(1), column.encode(only)]).toEqual([only, only, 0.5])
      expect([column.indexOf(only), column.indexOf(2)]).toEqual([0, -1])
      expect([column.edge(0), column.edge(1)]).toEqual([0, 1])
    }
  })
})

describe('stepped columns', () => {
  it('hold the decimal fractions that people expect', () => {
    expect(valuesOf(axis(float(0, 0.7, { step: 0.1 })))).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    expect(valuesOf(axis(float(-0.3, 0.3, { step: 0.1 })))).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3])
    expect(valuesOf(axis(float(0, 1, { step: 0.3 })))).toEqual([0, 0.3, 0.6, 0.9])
    expect(valuesOf(axis(float(0, 1e-22, { step: 5e-23 })))).toEqual([0, 5e-23, 1e-22])
    expect(valuesOf(axis(float(1e22, 3e22, { step: 1e22 })))).toEqual([1e22, 2e22, 3e22])
  })

  // FloatDistribution(0, 1, step=0.1)._contains(value) of Optuna 5.0.0.
  it.each([
    [0.3, true],
    [0.30000000000000004, true],
    [0.3000000001, true],
    [0.30000001, false],
    [0.35, false],
    [1.0, true],
    [1.1, false],
    [-0.1, false],
  ])('take %d for a value of 0 to 1 in steps of 0.1: %s, as Optuna does', (value, expected) => {
    expect(axis(float(0, 1, { step: 0.1 })).contains(value)).toBe(expected)
  })

  it('find their values among 10^14 of them', () => {
    const column = axis(float(0, 1, { step: 1e-14 }))
    expect(column.size).toBe(10 ** 14 + 1)
    for (const index of [0, 1, 123_456_789_012_34, 10 ** 14 - 1, 10 ** 14]) {
      expect(column.indexOf(column.valueAt(index))).toBe(index)
    }
  })

  it('take an even share of the axis for each value', () => {
    const column = axis(float(0, 1, { step: 0.25 }))
    expect([0, 1, 2, 3, 4].map((i) => column.encode(column.valueAt(i)))).toEqual([0.1, 0.3, 0.5, 0.7, 0.9])
    expect([0, 1, 5].map(column.edge)).toEqual([0, 0.2, 1])
    expect([0, 0.19, 0.2, 0.99, 1].map(column.decode)).toEqual([0, 0, 0.25, 1, 1])
    expect([-5, 5, Number.NaN].map(column.encode)).toEqual([0.1, 0.9, 0.1])
  })
})

describe('integer columns', () => {
  it('count up to 2^53 values exactly', () => {
    const column = axis(int(0, Number.MAX_SAFE_INTEGER))
    expect(column.size).toBe(2 ** 53)
    for (const value of [0, 1, 2 ** 52 - 1, 2 ** 52 + 1, 2 ** 53 - 3, 2 ** 53 - 2, 2 ** 53 - 1]) {
      expect(column.valueAt(column.indexOf(value))).toBe(value)
      expect(column.decode(column.encode(value))).toBe(value)
    }
    const negative = axis(int(-(2 ** 52), 2 ** 52 - 1))
    expect(negative.decode(1)).toBe(2 ** 52 - 1)
    expect(negative.decode(0.5)).toBe(0)
  })

  it('contain integers on the step only', () => {
    const column = axis(int(1, 10, { step: 3 }))
    expect(valuesOf(column)).toEqual([1, 4, 7, 10])
    expect([4, 5, 4.000000001, 13, '4', true, Number.NaN].map(column.contains)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ])
    // A wide step does not make its neighbours fit.
    expect(axis(int(0, 10 ** 15, { step: 10 ** 9 })).contains(1)).toBe(false)
  })

  it('on a log scale give every integer the share that rounds to it', () => {
    const column = axis(int(1, 4, { log: true }))
    const width = Math.log(4.5 / 0.5)
    const edges = [0, 1, 2, 3, 4].map(column.edge)
    for (const [i, edge] of [0, Math.log(3) / width, Math.log(5) / width, Math.log(7) / width, 1].entries()) {
      expect(edges[i]).toBeCloseTo(edge, 14)
    }
    for (const [i, edge] of edges.entries()) expect(column.decode(edge)).toBe(Math.min(4, i + 1))
    expect(axis(int(7, 7, { log: true }))).toMatchObject({ kind: 'discrete', size: 1 })
    expect(axis(int(7, 7, { log: true })).encode(7)).toBe(0.5)
  })

  it('on a log scale stay in range up to 2^53', () => {
    const column = axis(int(1, Number.MAX_SAFE_INTEGER, { log: true }))
    expect([column.decode(0), column.decode(1)]).toEqual([1, Number.MAX_SAFE_INTEGER])
    for (const value of [1, 2, 1000, 10 ** 9, 10 ** 12]) expect(column.decode(column.encode(value))).toBe(value)
    const far = Number(column.decode(column.encode(2 ** 52)))
    expect(Math.abs(far / 2 ** 52 - 1)).toBeLessThan(1e-13)
  })
})

describe('categorical columns', () => {
  it('keep types apart and know NaN', () => {
    const column = axis(choice([1, '1', true, null, Number.NaN, Infinity]))
    expect([1, '1', true, null, Number.NaN, Infinity, 'true', false, 0].map(column.indexOf)).toEqual([
      0, 1, 2, 3, 4, 5, -1, -1, -1,
    ])
    expect(column.decode(0.7)).toBeNaN()
    expect(column.encode(Number.NaN)).toBeCloseTo(0.75, 15)
  })

  it('take −0 for 0, as databases do', () => {
    expect(axis(choice([1, 0])).indexOf(-0)).toBe(1)
  })
})

describe('stored doubles', () => {
  it('come back as the value', () => {
    fc.assert(
      fc.property(checked, unit, (distribution, u) => {
        const value = columnOf(distribution).decode(u)
        expect(sameValue(fromStored(distribution, toStored(distribution, value)), value)).toBe(true)
      }),
    )
  })

  it('are −1 for what is no option, and the first of two equal ones that Python wrote', () => {
    expect(toStored({ kind: 'categorical', choices: ['a'] }, 'b')).toBe(-1)
    const foreign: Distribution = { kind: 'categorical', choices: [1, true, 1, 'a'] }
    expect([1, true, 'a'].map((value) => toStored(foreign, value))).toEqual([0, 1, 3])
    expect(fromStored(foreign, 2)).toBe(1)
    expect(columnOf(foreign).indexOf(1)).toBe(0)
  })

  it('become integers where the parameter is one', () => {
    const distribution: Distribution = { kind: 'int', low: -1, high: 9, log: false, step: 1 }
    expect(fromStored(distribution, 3)).toBe(3)
    expect(fromStored(distribution, 2.9999999999)).toBe(3)
    expect(Object.is(fromStored(distribution, -0.2), 0)).toBe(true)
  })
})
