import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { branch, choice, type Entries, float, int } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { axesOf } from './axes.ts'
import { childOf } from './variation.ts'

const CHILDREN = 20_000

function children(entries: Entries, first: number[], second: number[]): Float64Array[] {
  const axes = axesOf(compileSpace(entries))
  const rng = createRng(7)
  const parents = [first, second].map((position) => {
    const settled = Float64Array.from(position)
    axes.settle(settled)
    return settled
  })
  return Array.from({ length: CHILDREN }, () => childOf(parents[0]!, parents[1]!, axes, rng))
}

const share = (list: readonly Float64Array[], holds: (child: Float64Array) => boolean) =>
  list.filter(holds).length / list.length

describe('children of two configurations', () => {
  const floats = Object.fromEntries(Array.from({ length: 20 }, (_, j) => [`x${j}`, float(0, 1)]))

  it('lie around their parents, as near to one as to the other, and within the range', () => {
    const list = children(floats, new Array(20).fill(0.3), new Array(20).fill(0.7))
    const values = list.flatMap((child) => [...child])
    expect(values.every((u) => u >= 0 && u <= 1)).toBe(true)
    const mean = values.reduce((sum, u) => sum + u, 0) / values.length
    // A tenth of the children begin as copies of the first parent.
    expect(mean).toBeCloseTo(0.9 * 0.5 + 0.1 * 0.3, 2)
    expect(
      values.filter((u) => Math.abs(u - 0.3) < 0.1 || Math.abs(u - 0.7) < 0.1).length / values.length,
    ).toBeGreaterThan(0.9)
  })

  it('differ from two equal parents in one coordinate on average', () => {
    const list = children(floats, new Array(20).fill(0.5), new Array(20).fill(0.5))
    const changed = list.map((child) => child.filter((u) => u !== 0.5).length)
    expect(changed.reduce((a, b) => a + b) / CHILDREN).toBeCloseTo(1, 1)
  })

  it('leave a value of a finite axis when they change it, however small the step', () => {
    const list = children({ layers: int(1, 3), kind: choice(['a', 'b', 'c', 'd']) }, [0.5, 0.1], [0.5, 0.1])
    // Half of the children change each coordinate.
    expect(share(list, ([layers]) => Math.abs(layers! - 0.5) > 0.1)).toBeCloseTo(0.5, 1)
    for (const option of [0.375, 0.625, 0.875]) {
      expect(share(list, ([, kind]) => kind === option)).toBeCloseTo(0.5 / 3, 1)
    }
  })

  it('take from one parent what the other lacks', () => {
    const entries = { optimizer: branch('kind', { adam: { rate: float(0, 1) }, sgd: { momentum: float(0, 1) } }) }
    const list = children(entries, [0.25, 0.2, 0.5], [0.75, 0.5, 0.9])
    const adam = list.filter(([kind]) => kind! < 0.5)
    const sgd = list.filter(([kind]) => kind! > 0.5)
    expect(adam.every(([, rate, momentum]) => Math.abs(rate! - 0.2) < 0.5 && Number.isNaN(momentum!))).toBe(true)
    expect(share(sgd, ([, , momentum]) => Math.abs(momentum! - 0.9) < 0.1)).toBeGreaterThan(0.6)
  })
})
