import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { pointAt } from '../samplers/unit-point.ts'
import { branch, choice, float, int, repeat } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { axesOf } from './axes.ts'

const space = compileSpace({
  rate: float(1e-5, 1, { log: true }),
  units: int(1, 5000, { log: true }),
  wide: int(0, 99_999),
  kind: branch('kind', {
    a: { momentum: float(0, 1) },
    b: { inner: branch('kind', { c: { eps: float(0, 1) }, d: {} }) },
  }),
  layers: repeat(0, 3, { dropout: float(0, 0.5, { step: 0.1 }) }),
  act: choice(['relu', null, 1, '1']),
})

describe('axes', () => {
  it('settle coordinates where encoding the point puts them', () => {
    const axes = axesOf(space)
    const rng = createRng(2)
    for (let i = 0; i < 200; i++) {
      const u = Float64Array.from({ length: axes.count }, () => rng.next())
      const params = pointAt(space, u)
      axes.settle(u)
      for (const [j, { name, column }] of space.parameters.entries()) {
        const value = params[name]
        if (value === undefined) expect(u[j]).toBeNaN()
        else if (column.kind === 'continuous') expect(u[j]).toBeCloseTo(column.encode(value), 12)
        else expect(u[j]).toBe(column.encode(value))
      }
      const again = u.slice()
      axes.settle(again)
      expect(again).toEqual(u)
    }
  })

  it('know whether suggestions may meet', () => {
    expect(axesOf(space).mayRepeat).toBe(false)
    expect(axesOf(compileSpace({ n: int(1, 3), k: branch('kind', { a: { x: float(0, 1) }, b: {} }) })).mayRepeat).toBe(
      true,
    )
  })
})
