// Problems with several goals, all to be minimised: the standard ones and a network-like one with branches. optuna_measure.py holds the
// same for Python. Sources: E. Zitzler, K. Deb, L. Thiele, Evol. Comput. 8 (2000), ZDT; K. Deb et al., CEC 2002, DTLZ.
import { branch, choice, type Entries, float, int, type ParamValues, repeat } from 'diapason'

export interface Problem {
  readonly space: Entries
  readonly goals: readonly string[]
  /** Volumes count up to here. */
  readonly reference: readonly number[]
  /** What the true front dominates. */
  readonly bestVolume: number
  evaluate(params: ParamValues): number[]
}

const unitBox = (dimensions: number): Entries =>
  Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(0, 1)]))
const numbers = (params: ParamValues): number[] => Object.values(params).map(Number)

function zdt(second: (first: number, g: number) => number, bestVolume: number): Problem {
  return {
    space: unitBox(8),
    goals: ['f1', 'f2'],
    reference: [1.1, 3],
    bestVolume,
    evaluate(params) {
      const [first = 0, ...others] = numbers(params)
      const g = 1 + (9 * others.reduce((a, b) => a + b)) / others.length
      return [first, second(first, g)]
    },
  }
}

function dtlz2(goals: number, bestVolume: number): Problem {
  return {
    space: unitBox(goals + 4),
    goals: Array.from({ length: goals }, (_, g) => `f${g + 1}`),
    reference: new Array<number>(goals).fill(1.5),
    bestVolume,
    evaluate(params) {
      const x = numbers(params)
      const radius = 1 + x.slice(goals - 1).reduce((sum, u) => sum + (u - 0.5) ** 2, 0)
      return Array.from({ length: goals }, (_, g) => {
        let value = radius
        for (let i = 0; i < goals - 1 - g; i++) value *= Math.cos((x[i]! * Math.PI) / 2)
        return g === 0 ? value : value * Math.sin((x[goals - 1 - g]! * Math.PI) / 2)
      })
    },
  }
}

/** Error against the logarithm of the number of weights: depth and width pay until they overfit, each optimiser has its own learning rate. */
const network: Problem = {
  space: {
    layers: repeat(1, 4, { units: int(8, 512, { log: true }), dropout: float(0, 0.5) }),
    activation: choice(['relu', 'tanh', 'elu']),
    optimizer: branch('kind', {
      adam: { learningRate: float(1e-5, 1e-1, { log: true }) },
      sgd: { learningRate: float(1e-4, 1, { log: true }), momentum: float(0, 0.99) },
    }),
  },
  goals: ['error', 'logWeights'],
  reference: [0.6, 6.5],
  bestVolume: 2.024,
  evaluate(params) {
    const depth = Number(params.layers)
    const layers = Array.from({ length: depth }, (_, i) => ({
      units: Number(params[`layers.${i}.units`]),
      dropout: Number(params[`layers.${i}.dropout`]),
    }))
    let inputs = 64
    let weights = 0
    let capacity = 0
    let dropout = 0
    for (const [i, layer] of layers.entries()) {
      weights += (inputs + 1) * layer.units
      inputs = layer.units
      capacity += Math.log2(layer.units) / (1 + 0.6 * i)
      dropout += Math.abs(layer.dropout - 0.05 * Math.max(0, Math.log2(layer.units) - 4)) / depth
    }
    weights += (inputs + 1) * 10
    const isAdam = params.optimizer === 'adam'
    const kind = isAdam ? 'adam' : 'sgd'
    const rate = Math.log10(Number(params[`optimizer.${kind}.learningRate`]))
    const momentum = isAdam ? 0 : Number(params['optimizer.sgd.momentum'])
    const bestRate = isAdam ? -2.5 - 0.3 * (depth - 1) : -0.7 - momentum
    const miss = Math.min(1.5, Math.abs(rate - bestRate))
    const activation = { relu: 0, tanh: 0.02, elu: 0.008 }[String(params.activation)] ?? 0
    const error =
      0.03 +
      0.45 * Math.exp(-0.22 * capacity) +
      0.12 * miss ** 2 +
      0.15 * dropout +
      activation +
      (isAdam ? 0.004 : 0.02 * (0.99 - momentum))
    return [error, Math.log10(weights)]
  },
}

/** By name. Volumes without a formula are from front-volumes.ts. */
export const PROBLEMS: { readonly [name: string]: Problem } = {
  zdt1: zdt((x, g) => g * (1 - Math.sqrt(x / g)), 2 + 2 / 3 + 0.3),
  zdt2: zdt((x, g) => g * (1 - (x / g) ** 2), 2 + 1 / 3 + 0.3),
  zdt3: zdt((x, g) => g * (1 - Math.sqrt(x / g) - (x / g) * Math.sin(10 * Math.PI * x)), 3.42176),
  'dtlz2, 2 goals': dtlz2(2, 1.5 ** 2 - Math.PI / 4),
  'dtlz2, 3 goals': dtlz2(3, 1.5 ** 3 - Math.PI / 6),
  network,
}
