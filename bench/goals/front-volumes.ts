// Prints the volumes in problems.ts that no formula gives: node --conditions=@diapason/source bench/goals/front-volumes.ts
import { hypervolume } from '../../packages/diapason/src/math/hypervolume.ts'
import { PROBLEMS } from './problems.ts'

const STEPS = 1_000_000
let least = Number.POSITIVE_INFINITY
let volume = 0.1 * 3
for (let i = 0; i < STEPS; i++) {
  const x = (i + 0.5) / STEPS
  least = Math.min(least, 1 - Math.sqrt(x) - x * Math.sin(10 * Math.PI * x))
  volume += (3 - least) / STEPS
}
console.log('zdt3', volume - 0.1 * least)

// The network: all but the widths has a best value, whatever they are; of these every one for one layer, else an even grid of logarithms.
const network = PROBLEMS.network!
let front: number[][] = []
for (const [depth, perLayer] of [
  [1, 505],
  [2, 300],
  [3, 60],
  [4, 26],
] as const) {
  const units = Array.from({ length: perLayer }, (_, i) => Math.round(8 * 64 ** (i / (perLayer - 1))))
  for (let code = 0; code < perLayer ** depth; code++) {
    const params: Record<string, number | string> = {
      layers: depth,
      activation: 'relu',
      optimizer: 'sgd',
      'optimizer.sgd.learningRate': 10 ** -1.69,
      'optimizer.sgd.momentum': 0.99,
    }
    for (let i = 0, rest = code; i < depth; i++, rest = Math.floor(rest / perLayer)) {
      const width = units[rest % perLayer]!
      params[`layers.${i}.units`] = width
      params[`layers.${i}.dropout`] = 0.05 * Math.max(0, Math.log2(width) - 4)
    }
    front.push(network.evaluate(params))
    if (front.length > 100_000) front = thinned(front)
  }
}
console.log('network', hypervolume(thinned(front), network.reference))

function thinned(points: number[][]): number[][] {
  points.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)
  let lowest = Number.POSITIVE_INFINITY
  return points.filter(([, second = 0]) => {
    if (second >= lowest) return false
    lowest = second
    return true
  })
}
