import type { Adam, AdamW, NAdam } from '../../network/optimizer.ts'
import type { Value } from '../graph.ts'
import { add, divide, multiply, square, squareRoot, subtract } from '../operations/arithmetic.ts'
import type { OptimizerRule, UpdateSite } from './rule.ts'

type Slot = 'mean' | 'variance'
type MomentScalar = 'beta1' | 'beta2' | 'epsilon'

/*
 * The slots hold the moments without their factors, M = m / (1 − β₁) and V = v / (1 − β₂): M ← β₁ M + g, V ← β₂ V + g².
 * That saves two passes over every parameter; the factors go into the step size and ε, which are numbers of one step.
 */

/** Adam, and AdamW, whose decay shrinks the parameter before the step. Kingma, Ba (2015), algorithm 1. */
export function adamRule(settings: Adam | AdamW): OptimizerRule<Slot, MomentScalar | 'stepSize' | 'kept'> {
  const moment = momentNumbers(settings)
  const decay = settings.kind === 'adamW' ? (settings.weightDecay ?? 0.01) : 0
  const shrinks = decay > 0
  return {
    key: shrinks ? 'adamW' : 'adam',
    slots: ['mean', 'variance'],
    scalars: shrinks ? [...momentScalars, 'stepSize', 'kept'] : [...momentScalars, 'stepSize'],
    update: (site) => {
      const slots = moments(site)
      const step = multiply(divide(slots.mean, spread(slots.variance, site.scalars.epsilon)), site.scalars.stepSize)
      const start = shrinks ? multiply(site.parameter, site.scalars.kept) : site.parameter
      return { parameter: subtract(start, step), slots }
    },
    scalarsAt: (step, learningRate) => {
      const { beta1, beta2, epsilon, scale } = moment(step)
      const stepSize = (learningRate * scale * (1 - beta1)) / (1 - beta1 ** step)
      return { beta1, beta2, epsilon, stepSize, kept: 1 - learningRate * decay }
    },
  }
}

/** Adam with Nesterov momentum. Dozat (2016), with PyTorch's momentum schedule. */
export function nadamRule(settings: NAdam): OptimizerRule<Slot, MomentScalar | 'gradientStep' | 'meanStep'> {
  const moment = momentNumbers(settings)
  const { beta1 = 0.9, momentumDecay = 0.004 } = settings
  const momentumAt = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay))
  // The product of all momenta so far, by step: a resumed training asks for a later step first.
  const products = [1]
  const productAt = (step: number): number => {
    for (let s = products.length; s <= step; s++) products.push(products[s - 1]! * momentumAt(s))
    return products[step]!
  }
  return {
    key: 'nadam',
    slots: ['mean', 'variance'],
    scalars: [...momentScalars, 'gradientStep', 'meanStep'],
    update: (site) => {
      const { gradient, scalars } = site
      const slots = moments(site)
      const direction = add(multiply(gradient, scalars.gradientStep), multiply(slots.mean, scalars.meanStep))
      const step = divide(direction, spread(slots.variance, scalars.epsilon))
      return { parameter: subtract(site.parameter, step), slots }
    },
    scalarsAt: (step, learningRate) => {
      const { scale, ...shared } = moment(step)
      const next = momentumAt(step + 1)
      const product = productAt(step)
      return {
        ...shared,
        gradientStep: (learningRate * scale * (1 - momentumAt(step))) / (1 - product),
        meanStep: (learningRate * scale * next * (1 - beta1)) / (1 - product * next),
      }
    },
  }
}

const momentScalars = ['beta1', 'beta2', 'epsilon'] as const

/** The moments' numbers at a step; `scale` turns M / (√V + ε') into g / (√(v / (1 − β₂ᵗ)) + ε) with g in place of M. */
function momentNumbers(
  settings: Adam | AdamW | NAdam,
): (step: number) => { beta1: number; beta2: number; epsilon: number; scale: number } {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = settings
  return (step) => {
    const scale = Math.sqrt((1 - beta2 ** step) / (1 - beta2))
    return { beta1, beta2, epsilon: epsilon * scale, scale }
  }
}

const moments = ({
  gradient,
  slots,
  scalars,
}: Omit<UpdateSite<Slot, 'beta1' | 'beta2'>, 'parameter'>): Record<Slot, Value> => ({
  mean: add(multiply(slots.mean, scalars.beta1), gradient),
  variance: add(multiply(slots.variance, scalars.beta2), square(gradient)),
})

const spread = (variance: Value, epsilon: Value): Value => add(squareRoot(variance), epsilon)
