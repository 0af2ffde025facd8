/**
 * A seeded stream of random numbers: the same seed gives the same numbers on every machine.
 *
 * Source: xoshiro128** 1.1 (D. Blackman, S. Vigna, 2018, public domain), seeded by SplitMix32 over the hash of a path.
 */
export interface RandomStream {
  /** A whole number, uniform on 0 … 2^32 - 1. */
  nextUint32(): number
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** A stream of its own for `label`: drawing from one never shifts the other. */
  split(label: string): RandomStream
}

/** FNV-1a, 32 bits: enough to give every label its own start. */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return state >>> 0
}

function splitMix32(start: number): () => number {
  let state = start | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
}

/** Opens the stream of `seed` (any number or text). */
export function randomStream(seed: number | string): RandomStream {
  return openStream(String(seed))
}

function openStream(path: string): RandomStream {
  const mix = splitMix32(hash(path))
  const salt = splitMix32(hash(`${path}\u0000salt`))
  let a = mix() ^ salt()
  let b = mix() ^ salt()
  let c = mix() ^ salt()
  let d = mix() ^ salt()
  // All zeros is the one state the generator never leaves.
  if ((a | b | c | d) === 0) d = 1

  const nextUint32 = (): number => {
    const scrambled = Math.imul(b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result
  }
  const uniform = (): number => ((nextUint32() >>> 5) * 67_108_864 + (nextUint32() >>> 6)) / 9_007_199_254_740_992
  // Box and Muller, one of the two values: no hidden state between calls.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())

  return { nextUint32, uniform, normal, split: (label) => openStream(`${path}/${label}`) }
}

/** Shuffles `order` in place (Fisher and Yates). O(n). */
export function shuffle(order: Int32Array, random: RandomStream): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1))
    const swapped = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = swapped
  }
}
