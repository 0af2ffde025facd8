import type { Embedding } from '../models/embedding.ts'
import type { GpData } from '../models/gp-evidence.ts'
import { type View, warpLosses } from '../models/warping.ts'
import type { Observation } from './observations.ts'

/** Extra noise variance of a trial that did not reach the end, in variances of the targets. */
const PRUNED_NOISE = 0.1
const MEAN_VARIANCE = 1

/** Finished observations and the loss of each. */
export interface Judged {
  readonly observations: readonly Observation[]
  readonly losses: Float64Array
}

/** What a Gaussian process learns from them. O(n × features + n log n). */
export function dataOf(embedding: Embedding, { observations, losses }: Judged, view: View): GpData {
  const count = observations.length
  const features = new Float64Array(embedding.count * count)
  for (const [i, { position }] of observations.entries()) embedding.embed(position, features, i, count)
  return {
    embedding,
    stride: count,
    features,
    y: warpLosses(losses, view),
    extraNoise: Float64Array.from(observations, ({ stage }) => (Number.isFinite(stage) ? PRUNED_NOISE : 0)),
    meanVariance: MEAN_VARIANCE,
  }
}

/**
 * At most `limit` of them, in their order: the best third, the newest third, and of the others one in so many from good to bad, so that the
 * model knows the neighbourhood of the best well and the rest of the space roughly. O(n log n).
 */
export function mostTelling(judged: Judged, limit: number): Judged {
  const { observations, losses } = judged
  const count = observations.length
  if (count <= limit) return judged
  const byLoss = [...losses.keys()].sort((a, b) => compare(losses[a]!, losses[b]!) || a - b)
  const share = Math.floor(limit / 3)
  const chosen = new Set(byLoss.slice(0, share))
  for (let i = count - 1; chosen.size < 2 * share; i--) chosen.add(i)
  const others = byLoss.filter((i) => !chosen.has(i))
  const places = limit - chosen.size
  for (let i = 0; i < places; i++) chosen.add(others[Math.floor(((i + 0.5) * others.length) / places)]!)
  const kept = [...chosen].sort((a, b) => a - b)
  return { observations: kept.map((i) => observations[i]!), losses: Float64Array.from(kept, (i) => losses[i]!) }
}

/** Not their difference: that of two infinities is NaN. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
