import type { Adam, AdamW, NAdam } from '../../network/optimizer.ts'
import type { Value } from '../graph.ts'
import { add, divide, multiply, square, squareRoot, subtract } from '../operations/arithmetic.ts'
import type { OptimizerRule, UpdateSite } from './rule.ts'

type Slot = 'mean' | 'variance'
type MomentScalar = 'newShare1' | 'newShare2' | 'epsilon'

/**
 * Adam, and AdamW, whose decay shrinks the parameter before the step. Kingma, Ba (2015), algorithm 1, in the form of its
 * section 2: both bias corrections go into the step size, and √(1 − β₂ᵗ) into ε.
 */
export function adamRule(settings: Adam | AdamW): OptimizerRule<Slot, MomentScalar | 'stepSize' | 'kept'> {
  const { beta1, beta2, epsilon } = momentSettings(settings)
  const decay = settings.kind === 'adamW' ? (settings.weightDecay ?? 0.01) : 0
  const shrinks = settings.kind === 'adamW' && decay > 0
  return {
    key: shrinks ? 'adamW' : 'adam',
    slots: ['mean', 'variance'],
    scalars: shrinks ? [...momentScalars, 'stepSize', 'kept'] : [...momentScalars, 'stepSize'],
    update: (site) => {
      const slots = moments(site)
      const step = multiply(divide(slots.mean, spread(slots.variance, site)), site.scalars.stepSize)
      const start = shrinks ? multiply(site.parameter, site.scalars.kept) : site.parameter
      return { parameter: subtract(start, step), slots }
    },
    scalarsAt: (step, learningRate) => {
      const correction = Math.sqrt(1 - beta2 ** step)
      return {
        newShare1: 1 - beta1,
        newShare2: 1 - beta2,
        epsilon: epsilon * correction,
        stepSize: (learningRate * correction) / (1 - beta1 ** step),
        kept: 1 - learningRate * decay,
      }
    },
  }
}

/** Adam with Nesterov momentum. Dozat (2016), with PyTorch's momentum schedule. */
export function nadamRule(settings: NAdam): OptimizerRule<Slot, MomentScalar | 'gradientStep' | 'meanStep'> {
  const { beta1, beta2, epsilon } = momentSettings(settings)
  const momentumAt = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** (step * (settings.momentumDecay ?? 0.004)))
  let product = 1
  return {
    key: 'nadam',
    slots: ['mean', 'variance'],
    scalars: [...momentScalars, 'gradientStep', 'meanStep'],
    update: (site) => {
      const slots = moments(site)
      const direction = add(
        multiply(site.gradient, site.scalars.gradientStep),
        multiply(slots.mean, site.scalars.meanStep),
      )
      return { parameter: subtract(site.parameter, divide(direction, spread(slots.variance, site))), slots }
    },
    scalarsAt: (step, learningRate) => {
      const correction = Math.sqrt(1 - beta2 ** step)
      const next = momentumAt(step + 1)
      product *= momentumAt(step)
      return {
        newShare1: 1 - beta1,
        newShare2: 1 - beta2,
        epsilon: epsilon * correction,
        gradientStep: (learningRate * correction * (1 - momentumAt(step))) / (1 - product),
        meanStep: (learningRate * correction * next) / (1 - product * next),
      }
    },
  }
}

const momentScalars = ['newShare1', 'newShare2', 'epsilon'] as const

function momentSettings(settings: Adam | AdamW | NAdam): { beta1: number; beta2: number; epsilon: number } {
  return { beta1: settings.beta1 ?? 0.9, beta2: settings.beta2 ?? 0.999, epsilon: settings.epsilon ?? 1e-8 }
}

/** m ← m + (1 − β₁)(g − m); v ← v + (1 − β₂)(g² − v). */
function moments<S extends MomentScalar>(site: UpdateSite<Slot, S | MomentScalar>): Record<Slot, Value> {
  const { gradient, slots, scalars } = site
  return {
    mean: add(slots.mean, multiply(subtract(gradient, slots.mean), scalars.newShare1)),
    variance: add(slots.variance, multiply(subtract(square(gradient), slots.variance), scalars.newShare2)),
  }
}

const spread = (variance: Value, site: { readonly scalars: Readonly<Record<'epsilon', Value>> }): Value =>
  add(squareRoot(variance), site.scalars.epsilon)
