import { RuntimeError } from '../errors.ts'
import { compileElementwise } from './elementwise.ts'
import { createGraph, input, type Value } from './graph.ts'
import { add, maximum, minimum, multiply, negate, subtract } from './operations/arithmetic.ts'
import type { OptimizerRule } from './optimizers/rule.ts'

/** What of a training beside the rule decides its update. */
export interface UpdateVariant {
  /** 'value' limits every entry of the gradients to ± the scalar `clipLimit`; 'norm' multiplies them by the scalar `gradientFactor`. */
  readonly clipping?: 'norm' | 'value' | undefined
  /** Also move the vector `average` towards the new parameters by the scalar `averageShare`. */
  readonly hasAverages?: boolean
}

/** The optimiser's step on vectors that lie one after the other in a memory. */
export interface UpdateKernel {
  /** Read, and replaced but for `gradient`, in the order they lie in memory: `parameter`, `gradient`, the rule's slots, `average`. */
  readonly vectors: readonly string[]
  readonly scalars: readonly string[]
  /** Binds the kernel to a memory. */
  instantiate(memory: WebAssembly.Memory): RunUpdate
}

/** One step on vectors of `length` bytes, `distance` bytes apart from `first` on, with the scalars side by side at `scalars`. */
export type RunUpdate = (first: number, distance: number, length: number, scalars: number) => void

export const PARAMETER = 'parameter'
export const GRADIENT = 'gradient'
/** The vector that holds averages. */
export const AVERAGE = 'average'

const compiled = new Map<string, UpdateKernel>()

/** The kernel of `rule`, compiled on first use. */
export function updateKernel(rule: OptimizerRule, variant: UpdateVariant = {}): UpdateKernel {
  const { clipping = 'unclipped', hasAverages = false } = variant
  const key = `${rule.key} | ${clipping} | ${hasAverages}`
  const kernel = compiled.get(key) ?? compile(rule, variant)
  compiled.set(key, kernel)
  return kernel
}

function compile(rule: OptimizerRule, { clipping, hasAverages }: UpdateVariant): UpdateKernel {
  const graph = createGraph()
  const vector = (name: string): Value => input(graph, name, ['count'])
  const scalar = (name: string): Value => input(graph, name, [])
  const parameter = vector(PARAMETER)
  const raw = vector(GRADIENT)
  const slots = Object.fromEntries(rule.slots.map((name) => [name, vector(name)]))
  const scalars = Object.fromEntries(rule.scalars.map((name) => [name, scalar(name)]))
  const gradient = clipped(raw, clipping, scalar)
  const updated = rule.update({ parameter, gradient, slots, scalars })
  const results: Record<string, Value> = { [PARAMETER]: updated.parameter, ...updated.slots }
  if (hasAverages) {
    const average = vector(AVERAGE)
    results[AVERAGE] = add(average, multiply(subtract(updated.parameter, average), scalar('averageShare')))
  }
  const named = (isScalar: boolean): string[] =>
    graph.inputs.filter(({ shape }) => (shape.length === 0) === isScalar).map(({ name }) => name)
  const inputs = { vectors: named(false), scalars: named(true) }
  const module = compileModule(compileElementwise(graph, inputs, results))
  return {
    ...inputs,
    instantiate: (memory) => new WebAssembly.Instance(module, { room: { memory } }).exports.run as RunUpdate,
  }
}

function compileModule(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes)
  } catch (cause) {
    throw new RuntimeError(
      `The optimiser's step cannot be compiled: ${String(cause)}`,
      "Use an engine with WebAssembly SIMD, and allow it in the page's policy ('wasm-unsafe-eval')",
      { cause },
    )
  }
}

function clipped(gradient: Value, kind: UpdateVariant['clipping'], scalar: (name: string) => Value): Value {
  switch (kind) {
    case undefined:
      return gradient
    case 'value': {
      const limit = scalar('clipLimit')
      return maximum(minimum(gradient, limit), negate(limit))
    }
    case 'norm':
      return multiply(gradient, scalar('gradientFactor'))
    default:
      return kind satisfies never
  }
}
