import type { Sgd } from '../../network/optimizer.ts'
import { add, multiply, subtract } from '../operations/arithmetic.ts'
import type { OptimizerRule } from './rule.ts'

/** Stochastic gradient descent, with momentum where it is above 0: v ← μ v + g; p ← p − η v (Nesterov: g + μ v). */
export function sgdRule(settings: Sgd): OptimizerRule {
  return (settings.momentum ?? 0) > 0 ? momentumRule(settings) : plainRule
}

const plainRule: OptimizerRule<never, 'learningRate'> = {
  key: 'sgd',
  slots: [],
  scalars: ['learningRate'],
  update: ({ parameter, gradient, scalars }) => ({
    parameter: subtract(parameter, multiply(gradient, scalars.learningRate)),
    slots: {},
  }),
  scalarsAt: (_step, learningRate) => ({ learningRate }),
}

function momentumRule(settings: Sgd): OptimizerRule<'velocity', 'learningRate' | 'momentum'> {
  return {
    key: settings.nesterov ? 'nesterov' : 'momentum',
    slots: ['velocity'],
    scalars: ['learningRate', 'momentum'],
    update: ({ parameter, gradient, slots, scalars }) => {
      const velocity = add(multiply(slots.velocity, scalars.momentum), gradient)
      const direction = settings.nesterov ? add(gradient, multiply(velocity, scalars.momentum)) : velocity
      return { parameter: subtract(parameter, multiply(direction, scalars.learningRate)), slots: { velocity } }
    },
    scalarsAt: (_step, learningRate) => ({ learningRate, momentum: settings.momentum ?? 0 }),
  }
}
