// Conditional problems shaped like the tuning of a network, as formulas. The original script behind the published figures (regret at
// 100 evaluations: random .168, Hyperopt .056, Optuna TPE .059, grouped .011) is not available: `networkLike` is our reconstruction
// from its description, with weights chosen so that random search reaches the same regrets at 50 and 100 evaluations.
import type { Rng } from '../../../packages/diapason/src/math/rng.ts'
import { branch, choice, float, int, repeat } from '../../../packages/diapason/src/space/nodes.ts'
import type { ParamValues } from '../../../packages/diapason/src/space/search-space.ts'
import type { Problem, ProblemFamily } from './task.ts'

const between = (rng: Rng, low: number, high: number) => low + rng.next() * (high - low)

/** Quadratic in log10 rate around an optimum of the branch, log2 units, dropout, and momentum or log10 eps; an offset for the activation. */
export const networkLike: ProblemFamily = {
  name: 'network-like',
  make(rng): Problem {
    const rate = { sgd: between(rng, -2.5, -0.5), adam: between(rng, -4, -2) }
    const units = between(rng, 4.5, 8.5)
    const dropout = between(rng, 0.05, 0.45)
    const momentum = between(rng, 0.6, 0.95)
    const eps = between(rng, -9, -5)
    const penalties = shuffled(rng, [0, 0.1, 0.3])
    const sgdWins = rng.next() < 0.5
    return {
      space: {
        lr: float(1e-5, 1, { log: true }),
        units: int(8, 1024, { log: true }),
        act: choice(['relu', 'tanh', 'elu']),
        dropout: float(0, 0.5),
        opt: branch('kind', { sgd: { momentum: float(0, 0.99) }, adam: { eps: float(1e-10, 1e-3, { log: true }) } }),
      },
      regret(params) {
        const sgd = params.opt === 'sgd'
        const common =
          0.4 * (Math.log10(Number(params.lr)) - (sgd ? rate.sgd : rate.adam)) ** 2 +
          0.08 * (Math.log2(Number(params.units)) - units) ** 2 +
          2 * (Number(params.dropout) - dropout) ** 2 +
          penalties[['relu', 'tanh', 'elu'].indexOf(String(params.act))]!
        const own = sgd
          ? 1.2 * (Number(params['opt.sgd.momentum']) - momentum) ** 2
          : 0.025 * (Math.log10(Number(params['opt.adam.eps'])) - eps) ** 2
        return common + own + (sgd === sgdWins ? 0 : 0.06)
      },
    }
  },
}

/** For development: a variable number of layers, three optimisers, and interactions between rate, batch size and depth. */
export const layeredNetwork: ProblemFamily = {
  name: 'layered-network',
  make(rng): Problem {
    const best = {
      depth: 1 + rng.int(4),
      width: between(rng, 5, 8),
      taper: between(rng, -1, 0.5),
      decay: between(rng, -5, -3),
    }
    const rate = { adam: between(rng, -4, -2.5), sgd: between(rng, -2, -0.5), rmsprop: between(rng, -4, -2) }
    const penalties = shuffled(rng, [0, 0.03, 0.06, 0.2])
    const offsets = shuffled(rng, [0, 0.02, 0.08])
    const kinds = ['adam', 'sgd', 'rmsprop'] as const
    return {
      space: {
        layers: repeat(1, 5, { units: int(16, 512, { log: true }), dropout: float(0, 0.6) }),
        activation: choice(['relu', 'tanh', 'elu', 'gelu']),
        batch: choice([16, 32, 64, 128, 256]),
        optimizer: branch('kind', {
          adam: { rate: float(1e-5, 1e-1, { log: true }), decay: float(1e-6, 1e-1, { log: true }) },
          sgd: { rate: float(1e-4, 1, { log: true }), momentum: float(0, 0.99), nesterov: choice([true, false]) },
          rmsprop: { rate: float(1e-5, 1e-1, { log: true }) },
        }),
      },
      regret(params) {
        const kind = kinds.find((k) => k === params.optimizer)!
        const depth = Number(params.layers)
        const shift = 0.15 * (Math.log2(Number(params.batch)) - 6) - 0.1 * (depth - best.depth)
        let loss = 0.12 * (Math.log10(Number(params[`optimizer.${kind}.rate`])) - rate[kind] - shift) ** 2
        for (let i = 0; i < depth; i++) {
          loss += (0.03 / depth) * (Math.log2(Number(params[`layers.${i}.units`])) - best.width - i * best.taper) ** 2
          loss += (0.3 / depth) * (Number(params[`layers.${i}.dropout`]) - 0.2) ** 2
        }
        if (kind === 'adam') loss += 0.01 * (Math.log10(Number(params['optimizer.adam.decay'])) - best.decay) ** 2
        if (kind === 'sgd') loss += 0.3 * (Number(params['optimizer.sgd.momentum']) - 0.85) ** 2
        if (kind === 'sgd' && params['optimizer.sgd.nesterov'] === false) loss += 0.01
        loss += 0.02 * (depth - best.depth) ** 2 + penalties[activationIndex(params)]! + offsets[kinds.indexOf(kind)]!
        return loss
      },
    }
  },
}

const activationIndex = (params: ParamValues) => ['relu', 'tanh', 'elu', 'gelu'].indexOf(String(params.activation))

function shuffled(rng: Rng, values: readonly number[]): number[] {
  const out = [...values]
  for (let i = out.length - 1; i > 0; i--) {
    const j = rng.int(i + 1)
    const held = out[i]!
    out[i] = out[j]!
    out[j] = held
  }
  return out
}

/** For development: four kinds of model with parameters of their own, of which nothing is shared. */
export const modelChoice: ProblemFamily = {
  name: 'model-choice',
  make(rng): Problem {
    const floors = shuffled(rng, [0, 0.05, 0.1, 0.3])
    const at = Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => between(rng, 0.1, 0.9)))
    const sizes = [2, 3, 4, 1]
    const own = (kind: number) =>
      Object.fromEntries(Array.from({ length: sizes[kind]! }, (_, j) => [`p${j}`, float(0, 1)]))
    return {
      space: { model: branch('kind', { linear: own(0), forest: own(1), network: own(2), kernel: own(3) }) },
      regret(params) {
        const kind = ['linear', 'forest', 'network', 'kernel'].indexOf(String(params.model))
        let loss = floors[kind]!
        for (let j = 0; j < sizes[kind]!; j++) {
          loss += (j === 0 ? 1 : 0.4) * (Number(params[`model.${String(params.model)}.p${j}`]) - at[kind]![j]!) ** 2
        }
        return loss
      },
    }
  },
}
