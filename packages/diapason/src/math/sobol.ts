// Sobol's low-discrepancy sequence with Owen's scrambling, any point by its index.
// Directions: Joe and Kuo 2008 (sobol-directions.ts). Scrambling: a hash that permutes each bit by the bits above it, after
// Laine and Karras 2011, in the form of B. Burley, "Practical hash-based Owen scrambling", JCGT 9(4) 2020, with the
// constants of N. Vegdahl, "Building a better LK hash", 2021. Dimensions beyond the table are padded as in Burley §4.
import type { Rng } from './rng.ts'
import { JOE_KUO } from './sobol-directions.ts'

const BITS = 32
/** Dimensions with direction numbers of their own. */
export const SOBOL_TABLE_DIMENSIONS = 128

/** Scrambled points of a fixed number of dimensions. */
export interface Sobol {
  readonly dimensions: number
  /**
   * Fills `out` with point `index`.
   * @param index 0 to 2^32 − 1
   * @param out   at least `dimensions` long; every coordinate lies in the open interval (0, 1)
   */
  point(index: number, out: Float64Array): void
}

/**
 * A scrambled Sobol sequence: any 2^k successive points from a multiple of 2^k fall evenly into boxes, and each seed gives another sequence.
 * Beyond 128 dimensions the table is used again with the points in another (scrambled) order: every coordinate, and every group of
 * coordinates from one run of 128, stays evenly spread; pairs across runs are as good as random.
 * Stateless: point i costs O(dimensions × log i), in any order.
 * @example
 * const sobol = createSobol(3, createRng(1))
 * const point = new Float64Array(3)
 * sobol.point(17, point)
 */
export function createSobol(dimensions: number, rng: Rng): Sobol {
  const tableSize = Math.min(dimensions, SOBOL_TABLE_DIMENSIONS)
  const reversed = reversedDirections(tableSize)
  const seeds = new Uint32Array(dimensions)
  const scramble = rng.split('scramble')
  for (let d = 0; d < dimensions; d++) seeds[d] = scramble.int(2 ** 32)
  const order = rng.split('order')
  const orderSeeds = new Uint32Array(Math.ceil(dimensions / SOBOL_TABLE_DIMENSIONS))
  for (let run = 1; run < orderSeeds.length; run++) orderSeeds[run] = order.int(2 ** 32)

  function point(index: number, out: Float64Array): void {
    let gray = 0
    for (let d = 0; d < dimensions; d++) {
      const column = d % SOBOL_TABLE_DIMENSIONS
      if (column === 0) {
        const run = d / SOBOL_TABLE_DIMENSIONS
        const shuffled = run === 0 ? index >>> 0 : reverseBits(owenHash(reverseBits(index >>> 0), orderSeeds[run]!))
        gray = (shuffled ^ (shuffled >>> 1)) >>> 0
      }
      const bits = reverseBits(owenHash(xorDirections(reversed, column, gray), seeds[d]!))
      out[d] = (bits + 0.5) / 2 ** BITS
    }
  }
  return { dimensions, point }
}

/** Coordinate `dimension` of point `index` of the plain sequence, in [0, 1); for tests and for those who scramble otherwise. */
export function plainSobol(index: number, dimension: number): number {
  const gray = (index ^ (index >>> 1)) >>> 0
  return reverseBits(xorDirections(reversedDirections(dimension + 1), dimension, gray)) / 2 ** BITS
}

/** Point bits, least significant first; gray's bits choose the direction numbers to combine. */
function xorDirections(reversed: Uint32Array, dimension: number, gray: number): number {
  let bits = 0
  let at = dimension * BITS
  for (let rest = gray; rest !== 0; rest >>>= 1) {
    if (rest & 1) bits ^= reversed[at]!
    at++
  }
  return bits >>> 0
}

/** Permutes every bit by a hash of the bits below it: on reversed bits, Owen's nested uniform scrambling. */
function owenHash(reversedBits: number, seed: number): number {
  let x = reversedBits ^ Math.imul(reversedBits, 0x3d20adea)
  x = (x + seed) | 0
  x = Math.imul(x, (seed >>> 16) | 1)
  x ^= Math.imul(x, 0x05526c56)
  x ^= Math.imul(x, 0x53a22864)
  return x >>> 0
}

function reverseBits(word: number): number {
  let x = ((word >>> 1) & 0x55555555) | ((word & 0x55555555) << 1)
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2)
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4)
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8)
  return ((x >>> 16) | (x << 16)) >>> 0
}

let knownDirections = new Uint32Array(0)

/** Direction numbers with their bits reversed, 32 a dimension; parsed once, grown on demand. */
function reversedDirections(dimensions: number): Uint32Array {
  if (knownDirections.length >= dimensions * BITS) return knownDirections
  const table = new Uint32Array(dimensions * BITS)
  const entries = JOE_KUO.trim().split(';')
  for (let d = 0; d < dimensions; d++) {
    const numbers = d === 0 ? [1] : entries[d - 1]!.trim().split(' ').map(Number)
    fillDirections(table.subarray(d * BITS, (d + 1) * BITS), numbers[0]!, numbers.slice(1))
  }
  knownDirections = table
  return table
}

/** The recurrence of Bratley and Fox (TOMS 659): v_j from the s before it. */
function fillDirections(out: Uint32Array, polynomial: number, initial: readonly number[]): void {
  const degree = initial.length
  for (let j = 0; j < BITS; j++) {
    if (degree === 0) out[j] = 1 << (BITS - 1 - j)
    else if (j < degree) out[j] = initial[j]! << (BITS - 1 - j)
    else {
      let v = out[j - degree]! ^ (out[j - degree]! >>> degree)
      for (let k = 1; k < degree; k++) if ((polynomial >>> (degree - k)) & 1) v ^= out[j - k]!
      out[j] = v
    }
  }
  for (let j = 0; j < BITS; j++) out[j] = reverseBits(out[j]!)
}
