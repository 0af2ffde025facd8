import type { Loss } from '../network/loss.ts'
import type { Network } from '../network/network.ts'
import { gradientFactor } from './clipping.ts'
import { differentiate } from './differentiate.ts'
import { createGraph, input, type Value } from './graph.ts'
import { buildNetwork } from './layers.ts'
import { buildLoss } from './losses.ts'
import { writeOnnx } from './onnx.ts'
import { structureKey } from './structure-key.ts'

/** A graph ready for the runtime: its file, and the key under which equal graphs are the same. */
export interface CompiledGraph {
  readonly key: string
  /** Whether tensors between its steps are large: those of images and sequences. */
  readonly isLarge: boolean
  /** Compiles; called only when no session for `key` is at hand. */
  readonly write: () => Uint8Array
}

/** The names of outputs: of a parameter's gradient, and of the next value of a running statistic. */
export const gradientName = (parameter: string): string => `gradient/${parameter}`
export const nextName = (statistic: string): string => `next/${statistic}`

/** What of a training beside network and loss decides its graph. */
export interface GradientVariant {
  /** Also give `gradientFactor` [], which shortens all gradients together to a length of at most the input `clipLimit`. */
  readonly hasNormLimit?: boolean
  /** Examples count differently: input `weights` [batch, 1]. */
  readonly isWeighted?: boolean
}

/**
 * Loss and gradients of a batch as one graph; what the optimiser makes of them is `updateKernel`'s.
 *
 * Inputs: `features` [batch, …], `target` [batch, outputs], every tensor, dropout masks, and what the variant asks for. Outputs:
 * `loss` [1, 1], `output` [batch, outputs], `gradient/…` for every parameter, `next/…` for every running statistic.
 */
export function gradientGraph(network: Network, loss: Loss['kind'], variant: GradientVariant = {}): CompiledGraph {
  const { hasNormLimit = false, isWeighted = false } = variant
  return {
    key: ['gradients', structureKey(network), loss, hasNormLimit, isWeighted].join(' | '),
    isLarge: isLarge(network),
    write: () => writeGradients(network, loss, { hasNormLimit, isWeighted }),
  }
}

function writeGradients(network: Network, loss: Loss['kind'], variant: GradientVariant): Uint8Array {
  const graph = createGraph()
  const built = buildNetwork(graph, network, true)
  const target = input(graph, 'target', built.output.shape)
  const weights = variant.isWeighted ? input(graph, 'weights', ['batch', 1]) : undefined
  const value = buildLoss(loss, built.output, target, weights)
  const names = network.tensors.filter(({ role }) => role === 'parameter').map(({ name }) => name)
  const gradients = differentiate(
    value,
    names.map((name) => required(built.tensors, name)),
  )
  const outputs: Record<string, Value> = { loss: value, output: built.output }
  for (const [i, name] of names.entries()) outputs[gradientName(name)] = gradients[i]!
  for (const [name, next] of built.statistics) outputs[nextName(name)] = next
  if (variant.hasNormLimit) outputs.gradientFactor = gradientFactor(gradients, input(graph, 'clipLimit', []))
  return writeOnnx(graph, outputs)
}

function required(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name)
  if (!value) throw new TypeError(`the graph has no tensor '${name}'`)
  return value
}

/**
 * Evaluation as one graph: inputs `features`, `target` and every tensor; outputs `output` [batch, outputs] and `loss` [1, 1].
 */
export function evaluationGraph(network: Network, loss: Loss['kind']): CompiledGraph {
  return {
    key: ['evaluate', structureKey(network), loss].join(' | '),
    isLarge: isLarge(network),
    write: () => {
      const graph = createGraph()
      const built = buildNetwork(graph, network, false)
      const target = input(graph, 'target', built.output.shape)
      return writeOnnx(graph, { output: built.output, loss: buildLoss(loss, built.output, target) })
    },
  }
}

const isLarge = (network: Network): boolean => network.inputShape.length > 1
