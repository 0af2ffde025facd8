import { describe, expect, it } from 'vitest'
import golden from './fixtures/lbfgsb.json' with { type: 'json' }
import { type Differentiable, minimizeInBox } from './lbfgsb.ts'

const rosenbrock: Differentiable = (x, g) => {
  g.fill(0)
  let sum = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1]! - x[i]! ** 2
    const b = 1 - x[i]!
    sum += 100 * a * a + b * b
    g[i]! += -400 * a * x[i]! - 2 * b
    g[i + 1]! += 200 * a
  }
  return sum
}

function minimize(f: Differentiable, start: readonly number[], low: number, high: number, maxEvaluations = 300) {
  const x = Float64Array.from(start)
  const box = (v: number) => new Float64Array(x.length).fill(v)
  const result = minimizeInBox(f, x, box(low), box(high), {
    maxEvaluations,
    gradientTolerance: 1e-7,
    valueTolerance: 0,
  })
  return { x, ...result }
}

describe('minimising in a box', () => {
  // Expected: SciPy's L-BFGS-B (fixtures/make_lbfgsb.py).
  it.each(golden.cases)('ends where SciPy does, within [$low, $high]', ({ low, high, x, value, evaluations }) => {
    const found = minimize(rosenbrock, Array(6).fill(-0.4), low, high)
    for (const [i, v] of found.x.entries()) expect(v).toBeCloseTo(x[i] ?? Number.NaN, 4)
    expect(found.value).toBeCloseTo(value, 8)
    expect(found.evaluations).toBeLessThan(3 * evaluations + 60)
  })

  // Expected: the conditions of Karush, Kuhn and Tucker, which hold at the answer and nowhere else nearby.
  it('ends on the faces of the box where the minimum lies outside', () => {
    const { x } = minimize(rosenbrock, Array(6).fill(-0.4), -0.5, 0.7)
    const gradient = new Float64Array(6)
    rosenbrock(x, gradient)
    expect(x[0]).toBe(0.7)
    expect(gradient[0]).toBeLessThan(0)
    for (let i = 1; i < 6; i++) expect(Math.abs(gradient[i]!)).toBeLessThan(1e-5)
  })

  it('solves a badly scaled quadratic', () => {
    const { x } = minimize(
      (p, g) => {
        let s = 0
        for (let i = 0; i < p.length; i++) {
          const scale = 10 ** i
          s += scale * (p[i]! - i) ** 2
          g[i] = 2 * scale * (p[i]! - i)
        }
        return s
      },
      [9, 9, 9, 9, 9],
      -10,
      10,
    )
    for (const [i, v] of x.entries()) expect(v).toBeCloseTo(i, 5)
  })

  it('moves a start outside into the box and returns at once from a corner that is best', () => {
    const { x, evaluations } = minimize(
      (p, g) => {
        g.fill(1)
        return p[0]! + p[1]!
      },
      [-3, -4],
      0,
      1,
    )
    expect([...x]).toEqual([0, 0])
    expect(evaluations).toBe(1)
  })

  it('steps back from where the function is not a number', () => {
    const { x } = minimize(
      (p, g) => {
        g[0] = 1 - 1 / p[0]!
        return p[0]! <= 0 ? Number.NaN : p[0]! - Math.log(p[0]!)
      },
      [5],
      -10,
      10,
    )
    expect(x[0]).toBeCloseTo(1, 5)
  })

  it('never spends more evaluations than allowed', () => {
    for (const limit of [1, 2, 5, 17]) {
      let calls = 0
      const counted: Differentiable = (x, g) => {
        calls++
        return rosenbrock(x, g)
      }
      minimize(counted, [-1.2, 1], -5, 5, limit)
      expect(calls).toBeLessThanOrEqual(limit)
    }
  })
})
