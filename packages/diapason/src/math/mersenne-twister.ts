// MT19937: M. Matsumoto, T. Nishimura, ACM Trans. Model. Comput. Simul. 8, 1998; seeded by their init_genrand (2002).
// Drawn from as NumPy's legacy RandomState does, whose stream is frozen: masked rejection, then Fisher–Yates from the end.
// Notation: N words of state, M the middle word's distance.

const N = 624
const M = 397

/** Integers and permutations as `numpy.random.RandomState(seed)` draws them, for results equal to scikit-learn's. */
export interface MersenneTwister {
  /** Uniform 32-bit word. */
  word(): number
  /** Uniform integer in [0, max], max below 2^32. */
  upTo(max: number): number
  /** Shuffles in place, as `RandomState.shuffle` does. */
  shuffle(values: Int32Array): void
  /** A shuffled copy, as `RandomState.permutation` gives; of 0 … n − 1 for a number n. */
  permutation(values: number | Int32Array): Int32Array
}

/** @param seed whole number in [0, 2^32) */
export function createMersenneTwister(seed: number): MersenneTwister {
  const state = new Uint32Array(N)
  state[0] = seed
  for (let i = 1; i < N; i++) {
    const before = state[i - 1]!
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i
  }
  let at = N

  function refill(): void {
    for (let i = 0; i < N; i++) {
      const joined = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff)
      state[i] = state[(i + M) % N]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0)
    }
    at = 0
  }

  function word(): number {
    if (at === N) refill()
    let y = state[at++]!
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  function upTo(max: number): number {
    if (max === 0) return 0
    const mask = 0xffffffff >>> Math.clz32(max)
    let value = word() & mask
    while (value >>> 0 > max) value = word() & mask
    return value >>> 0
  }

  function shuffle(values: Int32Array): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = upTo(i)
      const held = values[i]!
      values[i] = values[j]!
      values[j] = held
    }
  }

  return {
    word,
    upTo,
    shuffle,
    permutation(values) {
      const copy = typeof values === 'number' ? Int32Array.from({ length: values }, (_, i) => i) : values.slice()
      shuffle(copy)
      return copy
    },
  }
}
