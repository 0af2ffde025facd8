import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Optimizer } from '../network/optimizer.ts'
import { compileElementwise } from './elementwise.ts'
import { createGraph, input } from './graph.ts'
import { relu } from './operations/activation.ts'
import { optimizerRule } from './optimizers/select.ts'
import { type UpdateVariant, updateKernel } from './update-kernel.ts'

const SCALAR_BYTES = 64

/** Runs one step of a kernel over columns of numbers, and gives back what each vector then holds. */
function runOnce(
  optimizer: Optimizer,
  variant: UpdateVariant,
  vectors: Record<string, readonly number[]>,
  scalars: Record<string, number> = {},
): Record<string, number[]> {
  const rule = optimizerRule(optimizer)
  const kernel = updateKernel(rule, variant)
  const count = Object.values(vectors)[0]!.length
  const bytes = 16 * Math.ceil(count / 4)
  const memory = new WebAssembly.Memory({ initial: 1 })
  const at = (k: number, length: number) => new Float32Array(memory.buffer, SCALAR_BYTES + k * bytes, length)
  for (const [k, name] of kernel.vectors.entries()) at(k, count).set(vectors[name] ?? [])
  const numbers: Record<string, number> = { ...rule.scalarsAt(1, optimizer.learningRate), ...scalars }
  new Float32Array(memory.buffer).set(kernel.scalars.map((name) => numbers[name]!))
  kernel.instantiate(memory)(SCALAR_BYTES, bytes, bytes, 0)
  expect(new Float32Array(memory.buffer, SCALAR_BYTES + kernel.vectors.length * bytes, 8).every((x) => x === 0)).toBe(
    true,
  )
  return Object.fromEntries(kernel.vectors.map((name, k) => [name, [...at(k, count)]]))
}

const f = Math.fround
const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 })
const pairs = fc.array(fc.tuple(finite, finite, finite), { minLength: 1, maxLength: 23 })

describe('the update kernel', () => {
  test('rounds each operation to single precision, on vectors of any length', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const column = (k: 0 | 1 | 2) => rows.map((row) => f(row[k]))
        const momentum = { kind: 'sgd', learningRate: 0.1, momentum: 0.9 } as const
        const after = runOnce(momentum, {}, { parameter: column(0), gradient: column(1), velocity: column(2) })
        for (const [i, [p, g, v]] of rows.map((row) => row.map(f) as [number, number, number]).entries()) {
          const velocity = f(f(v * f(0.9)) + g)
          expect(after.velocity![i]).toBe(velocity)
          expect(after.parameter![i]).toBe(f(p - f(velocity * f(0.1))))
          expect(after.gradient![i]).toBe(g)
        }
      }),
    )
  })

  test('limits gradients one by one, or by the factor that the graph gives', () => {
    const sgd = { kind: 'sgd', learningRate: 1 } as const
    const start = { parameter: [0, 0, 0, 0, 0], gradient: [-3, -0.5, 0, 0.5, 3] }
    expect(runOnce(sgd, { clipping: 'value' }, start, { clipLimit: 1 }).parameter).toEqual([1, 0.5, 0, -0.5, -1])
    const shortened = runOnce(sgd, { clipping: 'norm' }, start, { gradientFactor: 0.5 })
    expect(shortened.parameter).toEqual([1.5, 0.25, 0, -0.25, -1.5])
  })

  test('moves averages towards the new parameters', () => {
    const start = { parameter: [1, 2, 3], gradient: [1, 1, 1], average: [10, 10, 10] }
    const sgd = { kind: 'sgd', learningRate: 1 } as const
    expect(runOnce(sgd, { hasAverages: true }, start, { averageShare: 0.25 }).average).toEqual([7.5, 7.75, 8])
  })

  test('hands NaN on instead of hiding it', () => {
    const start = { parameter: [0, 1], gradient: [Number.NaN, 1] }
    const clipped = runOnce({ kind: 'sgd', learningRate: 1 }, { clipping: 'value' }, start, { clipLimit: 1 })
    expect(clipped.parameter).toEqual([Number.NaN, 0])
  })
})

test('an operation that is not elementwise is refused', () => {
  const graph = createGraph()
  const x = input(graph, 'x', ['count'])
  expect(() => compileElementwise(graph, { vectors: ['x'], scalars: [] }, { x: relu(x) })).toThrow(
    'Relu is not elementwise',
  )
})
