// The Matérn-5/2 kernel over embedded points.
// Notation: r² = Σ qⱼ (xⱼ − x'ⱼ)², for names qⱼ where they differ; qⱼ = 1 / ℓⱼ², ℓⱼ the length scale of an axis;
// k(r²) = a (1 + √5 r + 5/3 r²) exp(−√5 r), a the amplitude.
import type { Embedding } from './embedding.ts'

const SQRT5 = Math.sqrt(5)

/** Embedded points by column: feature f of point i stands at f · stride + i. */
export interface Points {
  readonly embedding: Embedding
  readonly stride: number
  readonly features: Float64Array
}

/**
 * r² of a point to the first `count` of others. O(count × features).
 * @param inverseSquares q of each axis
 * @param point          its features
 * @param out            at least `count` long
 */
export function squaredDistances(
  { embedding, stride, features }: Points,
  inverseSquares: Float64Array,
  point: Float64Array,
  count: number,
  out: Float64Array,
): void {
  out.fill(0, 0, count)
  for (let f = 0; f < embedding.count; f++) {
    const q = inverseSquares[embedding.axis[f]!]!
    const x = point[f]!
    const at = f * stride
    if (embedding.isName[f]) {
      for (let i = 0; i < count; i++) if (features[at + i]! !== x) out[i]! += q
    } else {
      for (let i = 0; i < count; i++) {
        const z = features[at + i]! - x
        out[i]! += q * z * z
      }
    }
  }
}

/** k(r²) of the first `count` squared distances, in place. */
export function toKernel(distances: Float64Array, count: number, amplitude: number): void {
  for (let i = 0; i < count; i++) {
    const r2 = distances[i]!
    const t = SQRT5 * Math.sqrt(r2)
    distances[i] = amplitude * (1 + t + (5 / 3) * r2) * Math.exp(-t)
  }
}

/** The same, and dk / dr² into `slopes`: −5/6 a (1 + √5 r) exp(−√5 r), which is finite at 0. */
export function toKernelWithSlopes(
  distances: Float64Array,
  count: number,
  amplitude: number,
  slopes: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const r2 = distances[i]!
    const t = SQRT5 * Math.sqrt(r2)
    const decay = amplitude * Math.exp(-t)
    slopes[i] = (-5 / 6) * (1 + t) * decay
    distances[i] = (1 + t + (5 / 3) * r2) * decay
  }
}
