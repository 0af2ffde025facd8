// Minimisation in a box with gradients: limited-memory BFGS on the free variables, projected backtracking on all of them.
// Source: D. Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM J. Control 20 (1982), with the
// two-loop recursion of J. Nocedal, Math. Comp. 35 (1980). It solves what L-BFGS-B solves, in fewer lines: bounds that are
// active with the gradient pointing outward are held for one step instead of by a generalised Cauchy point.
import { dot } from './linalg.ts'

/** Fills `gradient` and returns the value at x. A value that is not finite is stepped back from. */
export type Differentiable = (x: Float64Array, gradient: Float64Array) => number

/** Limits of {@link minimizeInBox}. */
export type BoxOptions = {
  /** Calls of the function; default 200. */
  readonly maxEvaluations?: number
  /** Stops where no entry of the projected gradient is larger; default 1e-5. */
  readonly gradientTolerance?: number
  /** Stops where a step lowers the value by less than this, relative to its size where that exceeds 1; default 1e-9. */
  readonly valueTolerance?: number
}

const MEMORY = 8
const ARMIJO = 1e-4
const MAX_BACKTRACKS = 20

/**
 * A local minimum of a smooth function within low ≤ x ≤ high.
 * @param x    the start (moved into the box), the minimum on return
 * @param low  lower bounds, −Infinity for none
 * @param high upper bounds, Infinity for none
 * @returns the value at x and the number of evaluations; the value is not finite only where that at the start was not
 */
export function minimizeInBox(
  f: Differentiable,
  x: Float64Array,
  low: Float64Array,
  high: Float64Array,
  options: BoxOptions = {},
): { readonly value: number; readonly evaluations: number } {
  const { maxEvaluations = 200, gradientTolerance = 1e-5, valueTolerance = 1e-9 } = options
  const n = x.length
  const gradient = new Float64Array(n)
  const next = new Float64Array(n)
  const nextGradient = new Float64Array(n)
  const direction = new Float64Array(n)
  const pairs = createPairs(n)
  project(x, low, high)
  let value = f(x, gradient)
  let evaluations = 1
  while (Number.isFinite(value) && evaluations < maxEvaluations) {
    if (projectedGradientSize(x, gradient, low, high) <= gradientTolerance) break
    const free = freeVariables(x, gradient, low, high)
    pairs.direction(gradient, free, direction)
    let step = pairs.count() === 0 ? Math.min(1, 1 / Math.sqrt(dot(direction, direction, n))) : 1
    let accepted = Number.NaN
    for (let tries = 0; tries < MAX_BACKTRACKS && evaluations < maxEvaluations; tries++) {
      let slope = 0
      for (let i = 0; i < n; i++) {
        next[i] = Math.min(high[i]!, Math.max(low[i]!, x[i]! + step * direction[i]!))
        slope += gradient[i]! * (next[i]! - x[i]!)
      }
      const candidate = f(next, nextGradient)
      evaluations++
      if (candidate <= value + ARMIJO * slope) {
        accepted = candidate
        break
      }
      step *= shrink(value, candidate, slope)
    }
    if (Number.isNaN(accepted)) {
      // A stale picture of the curvature may point nowhere: once more along the gradient, then it is the end.
      if (pairs.count() === 0) break
      pairs.clear()
      continue
    }
    pairs.add(x, gradient, next, nextGradient)
    const gain = value - accepted
    value = accepted
    x.set(next)
    gradient.set(nextGradient)
    if (gain <= valueTolerance * Math.max(1, Math.abs(value))) break
  }
  return { value, evaluations }
}

/** The factor for the step: minimum of the parabola through what is known, within [0.1, 0.5]. */
function shrink(value: number, candidate: number, slope: number): number {
  const factor = -slope / (2 * (candidate - value - slope))
  return factor > 0.1 ? Math.min(0.5, factor) : 0.1
}

function project(x: Float64Array, low: Float64Array, high: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = Math.min(high[i]!, Math.max(low[i]!, x[i]!))
}

function projectedGradientSize(x: Float64Array, g: Float64Array, low: Float64Array, high: Float64Array): number {
  let size = 0
  for (let i = 0; i < x.length; i++) {
    const moved = Math.min(high[i]!, Math.max(low[i]!, x[i]! - g[i]!))
    size = Math.max(size, Math.abs(moved - x[i]!))
  }
  return size
}

/** 1 where a variable may move downhill, 0 where it stands at a bound that downhill lies beyond. */
function freeVariables(x: Float64Array, g: Float64Array, low: Float64Array, high: Float64Array): Float64Array {
  return x.map((v, i) => ((v <= low[i]! && g[i]! > 0) || (v >= high[i]! && g[i]! < 0) ? 0 : 1))
}

/** The last steps and changes of the gradient, and the direction that they suggest. */
function createPairs(n: number) {
  const steps: Float64Array[] = []
  const changes: Float64Array[] = []
  const alphas = new Float64Array(MEMORY)

  function add(x: Float64Array, g: Float64Array, next: Float64Array, nextG: Float64Array): void {
    const s = next.map((v, i) => v - x[i]!)
    const y = nextG.map((v, i) => v - g[i]!)
    // Without positive curvature the pair says nothing about a minimum.
    if (!(dot(s, y, n) > 1e-12 * dot(y, y, n))) return
    if (steps.length === MEMORY) {
      steps.shift()
      changes.shift()
    }
    steps.push(s)
    changes.push(y)
  }

  /** −H g on the free variables; the gradient's own where the pairs do not lead downhill. */
  function direction(g: Float64Array, free: Float64Array, out: Float64Array): void {
    for (let i = 0; i < n; i++) out[i] = -g[i]! * free[i]!
    let scale = Number.NaN
    for (let p = steps.length - 1; p >= 0; p--) {
      const curvature = freeDot(steps[p]!, changes[p]!, free)
      alphas[p] = curvature > 0 ? freeDot(steps[p]!, out, free) / curvature : 0
      if (!(curvature > 0)) continue
      if (Number.isNaN(scale)) scale = curvature / freeDot(changes[p]!, changes[p]!, free)
      for (let i = 0; i < n; i++) out[i]! -= alphas[p]! * changes[p]![i]! * free[i]!
    }
    if (!Number.isNaN(scale)) for (let i = 0; i < n; i++) out[i]! *= scale
    for (let p = 0; p < steps.length; p++) {
      const curvature = freeDot(steps[p]!, changes[p]!, free)
      if (!(curvature > 0)) continue
      const beta = freeDot(changes[p]!, out, free) / curvature
      for (let i = 0; i < n; i++) out[i]! += (alphas[p]! - beta) * steps[p]![i]! * free[i]!
    }
    if (!(dot(g, out, n) < 0)) for (let i = 0; i < n; i++) out[i] = -g[i]! * free[i]!
  }

  function clear(): void {
    steps.length = 0
    changes.length = 0
  }
  return { add, direction, clear, count: () => steps.length }
}

function freeDot(a: Float64Array, b: Float64Array, free: Float64Array): number {
  let s = 0
  for (let i = 0; i < a.length; i++) s += a[i]! * b[i]! * free[i]!
  return s
}
