import { NetworkError } from '../../errors.ts'
import type { Optimizer } from '../../network/optimizer.ts'
import { add, multiply } from '../operations/arithmetic.ts'
import { adamRule, nadamRule } from './adam.ts'
import { adagradRule, rmsPropRule } from './adaptive.ts'
import type { OptimizerRule } from './rule.ts'
import { sgdRule } from './sgd.ts'

/**
 * The rule of `optimizer`, ready for one training from its first step.
 *
 * @throws NetworkError when a setting is out of its range
 */
export function optimizerRule(optimizer: Optimizer): OptimizerRule {
  checkSettings(optimizer)
  const decay = optimizer.weightDecay ?? 0
  const rule = bareRule(optimizer)
  return optimizer.kind === 'adamW' || decay === 0 ? rule : withL2(rule, decay)
}

function bareRule(optimizer: Optimizer): OptimizerRule {
  switch (optimizer.kind) {
    case 'sgd':
      return sgdRule(optimizer)
    case 'adam':
    case 'adamW':
      return adamRule(optimizer)
    case 'nadam':
      return nadamRule(optimizer)
    case 'rmsprop':
      return rmsPropRule(optimizer)
    case 'adagrad':
      return adagradRule(optimizer)
    default:
      return unknownKind(optimizer satisfies never)
  }
}

/** g ← g + λ p before anything else. */
function withL2(rule: OptimizerRule, decay: number): OptimizerRule {
  return {
    ...rule,
    key: `${rule.key}+l2`,
    scalars: [...rule.scalars, 'weightDecay'],
    update: (site) => {
      const shrink = multiply(site.parameter, site.scalars.weightDecay!)
      return rule.update({ ...site, gradient: add(site.gradient, shrink) })
    },
    scalarsAt: (step, learningRate) => ({ ...rule.scalarsAt(step, learningRate), weightDecay: decay }),
  }
}

const belowOne = ['momentum', 'beta1', 'beta2', 'decay'] as const
const notNegative = ['weightDecay', 'epsilon', 'momentumDecay'] as const

function checkSettings(optimizer: Optimizer): void {
  const settings: Partial<Record<string, unknown>> = { ...optimizer }
  require('learningRate', settings.learningRate, (x) => x > 0, 'above 0')
  for (const key of belowOne) require(key, settings[key] ?? 0, (x) => x >= 0 && x < 1, 'at least 0 and below 1')
  for (const key of notNegative) require(key, settings[key] ?? 0, (x) => x >= 0, 'at least 0')
}

function require(name: string, value: unknown, isRight: (x: number) => boolean, wanted: string): void {
  if (typeof value === 'number' && Number.isFinite(value) && isRight(value)) return
  throw new NetworkError(`optimizer.${name}`, `must be a number ${wanted}, got ${String(value)}`, 'Change the value')
}

function unknownKind(optimizer: unknown): never {
  throw new NetworkError(
    'optimizer',
    `this kind is unknown: ${JSON.stringify(optimizer)}`,
    'Use sgd, adam, adamW, nadam, rmsprop or adagrad',
  )
}
