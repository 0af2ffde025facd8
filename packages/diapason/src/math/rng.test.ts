import { describe, expect, it } from 'vitest'
import { createRng, philoxBlock } from './rng.ts'

describe('Philox4x32-10', () => {
  // Known-answer vectors of Random123 1.14 (kat_vectors, philox4x32 10).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the published words for counter %j', (counter, key, expected) => {
    const block = new Uint32Array(counter)
    philoxBlock(block, key[0] ?? 0, key[1] ?? 0)
    expect([...block]).toEqual(expected)
  })
})

describe('Rng', () => {
  it('repeats itself for one seed and differs for another', () => {
    const draw = (seed: number) => Array.from({ length: 8 }, createRng(seed).next)
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(draw(7)).not.toEqual(draw(-7))
  })

  it('splits by label, whatever was drawn before', () => {
    const rng = createRng(3)
    const early = rng.split('a').next()
    rng.next()
    expect(rng.split('a').next()).toBe(early)
    expect(rng.split('b').next()).not.toBe(early)
  })

  it('draws uniform and normal numbers with the right moments', () => {
    const rng = createRng(11)
    const n = 20_000
    let sum = 0
    let normals = 0
    let squares = 0
    for (let i = 0; i < n; i++) {
      const u = rng.next()
      expect(u >= 0 && u < 1).toBe(true)
      sum += u
      const z = rng.normal()
      normals += z
      squares += z * z
    }
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n))
    expect(Math.abs(normals / n)).toBeLessThan(4 / Math.sqrt(n))
    expect(Math.abs(squares / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
  })
})
