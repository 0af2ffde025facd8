// Analytic functions whose optimum is moved by the seed, so that leaning towards the centre, or towards wherever the
// textbook put the optimum, gives nothing.
import type { Rng } from '../../../packages/diapason/src/math/rng.ts'
import { float } from '../../../packages/diapason/src/space/nodes.ts'
import type { Problem, ProblemFamily } from './task.ts'

interface Analytic {
  readonly name: string
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly optimum: readonly number[]
  readonly minimum: number
  readonly f: (x: readonly number[]) => number
}

const MAX_SHIFT = 0.2
const MARGIN = 0.05

/**
 * The function on a window of the same size, moved by up to 20 % of each side but never so far that the optimum comes
 * closer than 5 % to the edge. The functions are smooth beyond their usual box: nothing wraps, nothing is clamped.
 */
function shifted(fn: Analytic, rng: Rng): Problem {
  const offset = fn.low.map((low, d) => {
    const width = fn.high[d]! - low
    const at = (fn.optimum[d]! - low) / width
    const least = Math.max(-MAX_SHIFT, Math.min(0, at - (1 - MARGIN)))
    const most = Math.min(MAX_SHIFT, Math.max(0, at - MARGIN))
    return width * (least + rng.next() * (most - least))
  })
  const space = Object.fromEntries(fn.low.map((low, d) => [`x${d}`, float(low + offset[d]!, fn.high[d]! + offset[d]!)]))
  return {
    space,
    regret: (params) => Math.max(0, fn.f(fn.low.map((_, d) => Number(params[`x${d}`]))) - fn.minimum),
  }
}

const branin: Analytic = {
  name: 'branin',
  low: [-5, 0],
  high: [10, 15],
  optimum: [Math.PI, 2.275],
  minimum: 0.39788735772973816,
  f: ([x = 0, y = 0]) =>
    (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
    10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
    10,
}

const HARTMANN_ALPHA = [1, 1.2, 3, 3.2]
const HARTMANN6_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const HARTMANN6_P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
const HARTMANN3_A = [
  [3, 10, 30],
  [0.1, 10, 35],
  [3, 10, 30],
  [0.1, 10, 35],
]
const HARTMANN3_P = [
  [0.3689, 0.117, 0.2673],
  [0.4699, 0.4387, 0.747],
  [0.1091, 0.8732, 0.5547],
  [0.0381, 0.5743, 0.8828],
]

function hartmann(a: readonly number[][], p: readonly number[][], x: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < 4; i++) {
    let inner = 0
    for (let j = 0; j < x.length; j++) inner += a[i]![j]! * (x[j]! - p[i]![j]!) ** 2
    sum -= HARTMANN_ALPHA[i]! * Math.exp(-inner)
  }
  return sum
}

const hartmann6: Analytic = {
  name: 'hartmann6',
  low: Array(6).fill(0),
  high: Array(6).fill(1),
  optimum: [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573],
  minimum: -3.322368011415515,
  f: (x) => hartmann(HARTMANN6_A, HARTMANN6_P, x),
}

const box = (d: number, bound: number) => ({ low: Array(d).fill(-bound), high: Array(d).fill(bound) })
const sum = (x: readonly number[], term: (v: number, i: number) => number) => x.reduce((t, v, i) => t + term(v, i), 0)

const development: readonly Analytic[] = [
  {
    name: 'hartmann3',
    low: Array(3).fill(0),
    high: Array(3).fill(1),
    optimum: [0.114614, 0.555649, 0.852547],
    minimum: -3.86278214782076,
    f: (x) => hartmann(HARTMANN3_A, HARTMANN3_P, x),
  },
  {
    name: 'six-hump-camel',
    low: [-3, -2],
    high: [3, 2],
    optimum: [0.0898, -0.7126],
    minimum: -1.0316284534898774,
    f: ([x = 0, y = 0]) => (4 - 2.1 * x * x + x ** 4 / 3) * x * x + x * y + (4 * y * y - 4) * y * y,
  },
  { name: 'sphere4', ...box(4, 5), optimum: Array(4).fill(0), minimum: 0, f: (x) => sum(x, (v) => v * v) },
  {
    name: 'ellipsoid8',
    ...box(8, 5),
    optimum: Array(8).fill(0),
    minimum: 0,
    f: (x) => sum(x, (v, i) => 100 ** (-i / 7) * v * v),
  },
  {
    name: 'rosenbrock4',
    ...box(4, 2),
    optimum: Array(4).fill(1),
    minimum: 0,
    f: (x) => sum(x.slice(1), (v, i) => 100 * (v - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2),
  },
  {
    name: 'ackley5',
    ...box(5, 15),
    optimum: Array(5).fill(0),
    minimum: 0,
    f: (x) =>
      20 +
      Math.E -
      20 * Math.exp(-0.2 * Math.sqrt(sum(x, (v) => v * v) / x.length)) -
      Math.exp(sum(x, (v) => Math.cos(2 * Math.PI * v)) / x.length),
  },
  {
    name: 'styblinski-tang5',
    ...box(5, 5),
    optimum: Array(5).fill(-2.903534),
    minimum: -39.16616570377142 * 5,
    f: (x) => sum(x, (v) => v ** 4 - 16 * v * v + 5 * v) / 2,
  },
  {
    name: 'levy10',
    ...box(10, 10),
    optimum: Array(10).fill(1),
    minimum: 0,
    f: (x) => {
      const w = x.map((v) => 1 + (v - 1) / 4)
      const last = w[w.length - 1]!
      const middle = sum(w.slice(0, -1), (v) => (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2))
      return Math.sin(Math.PI * w[0]!) ** 2 + middle + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
    },
  },
]

/** For development: a few random Gaussian wells of different depth and shape in [0, 1]^6, all drawn by the seed. */
const wells: ProblemFamily = {
  name: 'wells6',
  make(rng) {
    const d = 6
    const row = (draw: () => number) => Array.from({ length: d }, draw)
    const list = [1, 1.5, 2.5, 3].map((depth) => ({
      depth,
      centre: row(() => 0.1 + 0.8 * rng.next()),
      sharpness: row(() => 0.5 * 30 ** rng.next()),
    }))
    const f = (x: readonly number[]) =>
      -list.reduce((t, w) => t + w.depth * Math.exp(-sum(x, (v, j) => w.sharpness[j]! * (v - w.centre[j]!) ** 2)), 0)
    const minimum = Math.min(...list.map(({ centre }) => f(descend(f, centre))))
    return {
      space: Object.fromEntries(list[0]!.centre.map((_, j) => [`x${j}`, float(0, 1)])),
      regret: (params) => Math.max(0, f(row(() => 0).map((_, j) => Number(params[`x${j}`]))) - minimum),
    }
  },
}

/** Coordinate search with halving steps, from a point near a minimum. */
function descend(f: (x: readonly number[]) => number, start: readonly number[]): number[] {
  let best = [...start]
  for (let step = 0.1; step > 1e-6; step /= 2) {
    for (let improved = true; improved; ) {
      improved = false
      for (let j = 0; j < best.length; j++) {
        for (const sign of [-1, 1]) {
          const next = best.with(j, Math.min(1, Math.max(0, best[j]! + sign * step)))
          if (f(next) < f(best)) {
            best = next
            improved = true
          }
        }
      }
    }
  }
  return best
}

const family = (fn: Analytic): ProblemFamily => ({ name: fn.name, make: (rng) => shifted(fn, rng) })

/** What claims are made on; nothing is tuned on these. */
export const claimFunctions: readonly ProblemFamily[] = [branin, hartmann6].map(family)
/** What defaults were tuned on. */
export const developmentFunctions: readonly ProblemFamily[] = [...development.map(family), wells]
