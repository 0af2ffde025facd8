import { minimizeInBox } from '../math/lbfgsb.ts'
import { createEvidence, type GpData, type Hyperparameters } from './gp-evidence.ts'

// The priors of BoTorch since 0.12: ℓ ~ LogNormal(√2 + log √d, √3) after Hvarfner, Hellsten, Nardi, "Vanilla Bayesian optimization performs
// great in high dimensions", ICML 2024; v ~ LogNormal(−4, 1). The most probable ℓ is sought, not the most probable log ℓ,
// which on the log scale is a normal prior centred σ² lower.
const LENGTH_SD = Math.sqrt(3)
const LENGTH_CENTRE = Math.SQRT2 - LENGTH_SD ** 2
const NOISE_SD = 1
const NOISE_CENTRE = -4 - NOISE_SD ** 2

const SHORTEST = Math.log(0.005)
const LONGEST = Math.log(1000)
const LEAST_NOISE = Math.log(1e-6)
const MOST_NOISE = Math.log(10)

/** What the priors hold most probable. */
export function priorMode(axes: number): Hyperparameters {
  const mode = new Float64Array(axes + 1).fill(LENGTH_CENTRE + 0.5 * Math.log(Math.max(1, axes)))
  mode[axes] = NOISE_CENTRE
  return mode
}

/**
 * Length scales and noise that are most probable given data and priors (maximum a posteriori), by gradient steps from each start.
 * @param starts         the best end wins, the earlier on ties; at least one
 * @param maxEvaluations of the evidence, from each start; each costs O(n³ / 2 + n² × features)
 */
export function fitHyperparameters(
  data: GpData,
  starts: readonly Hyperparameters[],
  maxEvaluations: number,
): Hyperparameters {
  const axes = data.embedding.axes.count
  const evidence = createEvidence(data)
  const centre = priorMode(axes)
  const bounds = (lengths: number, noise: number) => new Float64Array(axes + 1).fill(lengths).fill(noise, axes)
  const [low, high] = [bounds(SHORTEST, LEAST_NOISE), bounds(LONGEST, MOST_NOISE)]
  const sd = bounds(LENGTH_SD, NOISE_SD)
  const loss = (hyper: Hyperparameters, gradient: Float64Array) => {
    let value = -evidence(hyper, gradient)
    for (let j = 0; j <= axes; j++) {
      const z = (hyper[j]! - centre[j]!) / sd[j]!
      value += 0.5 * z * z
      gradient[j] = -gradient[j]! + z / sd[j]!
    }
    return value
  }
  let best = starts[0]!
  let least = Number.POSITIVE_INFINITY
  for (const start of starts) {
    const x = start.slice()
    const { value } = minimizeInBox(loss, x, low, high, {
      maxEvaluations,
      gradientTolerance: 1e-2,
      valueTolerance: 1e-5,
    })
    if (!(value < least)) continue
    best = x
    least = value
  }
  return best
}
