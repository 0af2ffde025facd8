// Philox4x32-10, a counter-based generator: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
// Notation: c0..c3 counter words, k0 k1 key words, M0 M1 multipliers, W0 W1 Weyl increments, all 32-bit.

const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85
const ROUNDS = 10

/** A stream of random numbers that can be split by label into independent streams. */
export interface Rng {
  /** Uniform in [0, 1), 53 random bits. */
  next(): number
  /** Uniform integer in [0, n), n ≥ 1. */
  int(n: number): number
  /** Standard normal. */
  normal(): number
  /** An independent stream; the same label always gives the same stream, whatever was drawn before. */
  split(label: string): Rng
}

/**
 * A seeded generator: the same seed gives the same numbers on every machine.
 * @param seed any finite number; the integer part up to 2^53 counts
 */
export function createRng(seed: number): Rng {
  const whole = Math.abs(Math.trunc(seed))
  return philox(whole >>> 0, (Math.floor(whole / 2 ** 32) ^ (seed < 0 ? 0x80000000 : 0)) >>> 0)
}

/**
 * One Philox4x32-10 block, exported for its published test vectors.
 * @param block counter on entry, random words on return; length 4
 */
export function philoxBlock(block: Uint32Array, key0: number, key1: number): void {
  let c0 = block[0]!
  let c1 = block[1]!
  let c2 = block[2]!
  let c3 = block[3]!
  let k0 = key0
  let k1 = key1
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(M0, c0)
    const low0 = Math.imul(M0, c0)
    const high1 = multiplyHigh(M1, c2)
    const low1 = Math.imul(M1, c2)
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1 >>> 0
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0 >>> 0
    k0 = (k0 + W0) >>> 0
    k1 = (k1 + W1) >>> 0
  }
  block[0] = c0
  block[1] = c1
  block[2] = c2
  block[3] = c3
}

function philox(key0: number, key1: number): Rng {
  const block = new Uint32Array(4)
  let counter = 0
  let unread = 0 // words of `block` not handed out yet; a double takes two
  let spareNormal = Number.NaN

  function next(): number {
    if (unread === 0) {
      block[0] = counter >>> 0
      block[1] = Math.floor(counter / 2 ** 32)
      block[2] = 0
      block[3] = 0
      counter++
      philoxBlock(block, key0, key1)
      unread = 4
    }
    const at = 4 - unread
    unread -= 2
    return ((block[at]! >>> 5) * 67108864 + (block[at + 1]! >>> 6)) / 9007199254740992
  }

  function normal(): number {
    if (!Number.isNaN(spareNormal)) {
      const held = spareNormal
      spareNormal = Number.NaN
      return held
    }
    // Box–Muller; 1 − u lies in (0, 1], so that the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - next()))
    const angle = 2 * Math.PI * next()
    spareNormal = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  return {
    next,
    int: (n) => Math.floor(next() * n),
    normal,
    split(label) {
      // The label's hash is a counter in a domain of its own (last word 1), so that splits never meet draws.
      const child = new Uint32Array([hash(label, 0x811c9dc5), hash(label, 0x01000193), label.length, 1])
      philoxBlock(child, key0, key1)
      return philox(child[0]!, child[1]!)
    },
  }
}

/** The high 32 bits of a product of 32-bit integers, from halves, so that nothing leaves 32-bit arithmetic (Warren, "Hacker's Delight", mulhu). */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) >>> 0
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 0
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) >>> 0
}

/** FNV-1a with a finaliser, 32 bits: spreads labels over counters; independence comes from Philox. */
function hash(text: string, basis: number): number {
  let h = basis
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
