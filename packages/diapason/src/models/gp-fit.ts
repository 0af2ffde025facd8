import { minimizeInBox } from '../math/lbfgsb.ts'
import type { Axes } from './axes.ts'
import { createEvidence, type GpData, type Hyperparameters } from './gp-evidence.ts'

// Log-normal priors, of which the mode on the log scale is sought. Length scales grow with the square root of the number of axes (after Hvarfner,
// Hellsten, Nardi, "Vanilla Bayesian optimization performs great in high dimensions", ICML 2024). Their spread is narrower than there
// (√3) and a larger amplitude is expected: with 30 to 100 trials of a network that predicted best, and saw main effects of choices
// (tables and surrogates of trained networks, development tasks: docs/decisions/016-two-views-of-the-losses.md).
const LENGTH_CENTRE = -0.78
const NAME_LENGTH_CENTRE = -0.39
const LENGTH_SD = 0.5
const NOISE_CENTRE = -5
const NOISE_SD = 1
const AMPLITUDE_CENTRE = 1.2
const AMPLITUDE_SD = 0.5

const SHORTEST = Math.log(0.005)
const LONGEST = Math.log(1000)
const LEAST_NOISE = Math.log(1e-6)
const MOST_NOISE = Math.log(10)
const LEAST_AMPLITUDE = Math.log(0.01)
const MOST_AMPLITUDE = Math.log(1000)

/** What the priors hold most probable. */
export function priorMode({ count, unordered }: Axes): Hyperparameters {
  const mode = new Float64Array(count + 2)
  for (let j = 0; j < count; j++) mode[j] = (unordered[j] ? NAME_LENGTH_CENTRE : LENGTH_CENTRE) + 0.5 * Math.log(count)
  mode[count] = NOISE_CENTRE
  mode[count + 1] = AMPLITUDE_CENTRE
  return mode
}

/** How probable hyperparameters are, given data and priors. */
export interface Posterior {
  /** Its logarithm, less a constant; fills its gradient, if one is given. −Infinity where the model cannot be computed. */
  log(hyper: Hyperparameters, gradient?: Float64Array): number
  readonly low: Hyperparameters
  readonly high: Hyperparameters
  /** Standard deviations of the priors. */
  readonly sd: Hyperparameters
}

export function posteriorOf(data: GpData): Posterior {
  const axes = data.embedding.axes.count
  const evidence = createEvidence(data)
  const centre = priorMode(data.embedding.axes)
  const vector = (lengths: number, noise: number, amplitude: number) =>
    new Float64Array(axes + 2)
      .fill(lengths, 0, axes)
      .fill(noise, axes)
      .fill(amplitude, axes + 1)
  const sd = vector(LENGTH_SD, NOISE_SD, AMPLITUDE_SD)
  return {
    low: vector(SHORTEST, LEAST_NOISE, LEAST_AMPLITUDE),
    high: vector(LONGEST, MOST_NOISE, MOST_AMPLITUDE),
    sd,
    log(hyper, gradient) {
      let value = evidence(hyper, gradient)
      for (let j = 0; j < axes + 2; j++) {
        const z = (hyper[j]! - centre[j]!) / sd[j]!
        value -= 0.5 * z * z
        if (gradient !== undefined) gradient[j]! -= z / sd[j]!
      }
      return value
    },
  }
}

/**
 * Length scales, noise and amplitude that are most probable given data and priors (maximum a posteriori), by gradient steps from each start.
 * @param starts         the best end wins, the earlier on ties; at least one
 * @param maxEvaluations of the evidence, from each start; each costs O(n³ / 2 + n² × features)
 */
export function fitHyperparameters(
  data: GpData,
  starts: readonly Hyperparameters[],
  maxEvaluations: number,
): Hyperparameters {
  const { log, low, high } = posteriorOf(data)
  const loss = (hyper: Hyperparameters, gradient: Float64Array) => {
    const value = -log(hyper, gradient)
    for (let j = 0; j < gradient.length; j++) gradient[j] = -gradient[j]!
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
