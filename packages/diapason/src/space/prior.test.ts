import { describe, expect, it } from 'vitest'
import { SpaceError } from '../errors.ts'
import { branch, choice, type Entries, float, int } from './nodes.ts'
import { compileSpace } from './search-space.ts'
import { spaceFromJson, spaceToJson } from './space-json.ts'

const priorOf = (node: Entries[string]) => compileSpace({ p: node }).parameters[0]!.prior

describe('where a parameter expects its best value', () => {
  it('is a distribution over its axis', () => {
    expect(priorOf(float(0, 10, { prior: { near: 2, within: 1 } }))).toEqual({ kind: 'normal', centre: 0.2, sd: 0.1 })
    const { centre, sd } = priorOf(float(1e-5, 1e-1, { log: true, prior: { near: 1e-4, within: 10 } })) as {
      centre: number
      sd: number
    }
    expect([centre, sd]).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.25, 12)])
    expect(priorOf(int(1, 8, { prior: { near: 4 } }))).toMatchObject({ kind: 'normal', sd: 0.25 })
    expect(priorOf(choice(['a', 'b', 'c'], { prior: [3, 1, 0] }))).toEqual({ kind: 'odds', odds: [3, 1, 0] })
    expect(priorOf(float(0, 1))).toBeUndefined()
    expect(priorOf(int(3, 3, { prior: { near: 3, within: 1 } }))).toMatchObject({ sd: 1 })
  })

  it.each<[string, Entries[string], RegExp]>([
    ['outside', float(0, 1, { prior: { near: 2 } }), /its prior lies near 2, outside \[0, 1\]/],
    ['nowhere', float(0, 1, { prior: { near: Number.NaN } }), /near NaN/],
    ['without width', float(0, 1, { prior: { near: 0.5, within: 0 } }), /within 0\. Give a difference above 0/],
    ['a factor of 1', float(1, 9, { log: true, prior: { near: 3, within: 1 } }), /Give a factor above 1/],
    ['too few weights', choice(['a', 'b'], { prior: [1] }), /Give 2 weights/],
    ['no weight at all', choice(['a', 'b'], { prior: [0, 0] }), /Give 2 weights/],
    ['a weight below 0', choice(['a', 'b'], { prior: [2, -1] }), /Give 2 weights/],
  ])('is refused where it is %s', (_, node, message) => {
    expect(() => priorOf(node)).toThrow(SpaceError)
    expect(() => priorOf(node)).toThrow(message)
  })

  it('is stored with the space', () => {
    const entries = {
      rate: float(1e-5, 1, { log: true, prior: { near: 1e-3, within: 3 } }),
      kind: branch('kind', { a: { units: int(1, 9, { prior: { near: 4 } }) }, b: {} }),
      act: choice(['relu', 'tanh'], { prior: [2, 1] }),
    }
    expect(spaceFromJson(JSON.parse(JSON.stringify(spaceToJson(entries))))).toEqual(entries)
    expect(() => spaceFromJson({ x: { kind: 'float', low: 0, high: 1, prior: 0.5 } })).toThrow(
      '"prior" must be an object',
    )
  })
})
