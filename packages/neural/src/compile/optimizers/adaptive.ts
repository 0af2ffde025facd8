import type { Adagrad, RmsProp } from '../../network/optimizer.ts'
import { add, divide, multiply, square, squareRoot, subtract } from '../operations/arithmetic.ts'
import type { OptimizerRule } from './rule.ts'

/** v ← v + (1 − α)(g² − v); p ← p − η g / (√v + ε). Tieleman, Hinton (2012). */
export function rmsPropRule(settings: RmsProp): OptimizerRule<'variance', 'learningRate' | 'newShare' | 'epsilon'> {
  return {
    key: 'rmsprop',
    slots: ['variance'],
    scalars: ['learningRate', 'newShare', 'epsilon'],
    update: ({ parameter, gradient, slots, scalars }) => {
      const variance = add(slots.variance, multiply(subtract(square(gradient), slots.variance), scalars.newShare))
      const direction = divide(gradient, add(squareRoot(variance), scalars.epsilon))
      return { parameter: subtract(parameter, multiply(direction, scalars.learningRate)), slots: { variance } }
    },
    scalarsAt: (_step, learningRate) => ({
      learningRate,
      newShare: 1 - (settings.decay ?? 0.99),
      epsilon: settings.epsilon ?? 1e-8,
    }),
  }
}

/** s ← s + g²; p ← p − η g / (√s + ε). Duchi, Hazan, Singer (2011). */
export function adagradRule(settings: Adagrad): OptimizerRule<'total', 'learningRate' | 'epsilon'> {
  return {
    key: 'adagrad',
    slots: ['total'],
    scalars: ['learningRate', 'epsilon'],
    update: ({ parameter, gradient, slots, scalars }) => {
      const total = add(slots.total, square(gradient))
      const direction = divide(gradient, add(squareRoot(total), scalars.epsilon))
      return { parameter: subtract(parameter, multiply(direction, scalars.learningRate)), slots: { total } }
    },
    scalarsAt: (_step, learningRate) => ({ learningRate, epsilon: settings.epsilon ?? 1e-10 }),
  }
}
