import type { Loss } from '../network/loss.ts'
import type { Network } from '../network/network.ts'
import { clipGradients } from './clipping.ts'
import { differentiate } from './differentiate.ts'
import { createGraph, type Graph, input, type Value } from './graph.ts'
import { buildNetwork } from './layers.ts'
import { buildLoss } from './losses.ts'
import { writeOnnx } from './onnx.ts'
import { add, multiply, subtract } from './operations/arithmetic.ts'
import type { OptimizerRule } from './optimizers/rule.ts'
import { structureKey } from './structure-key.ts'

/** A graph ready for the runtime: its file, and the key under which equal graphs are the same. */
export interface CompiledGraph {
  readonly key: string
  /** Whether tensors between its steps are large: those of images and sequences. */
  readonly isLarge: boolean
  /** Compiles; called only when no session for `key` is at hand. */
  readonly write: () => Uint8Array
}

/** The name of a parameter's slot (`0.weight/mean`), of an output that replaces an input, and of a gradient. */
export const slotName = (parameter: string, slot: string): string => `${parameter}/${slot}`
export const nextName = (name: string): string => `next/${name}`
/** The slot that holds a tensor's average. */
export const AVERAGE = 'average'
export const gradientName = (parameter: string): string => `gradient/${parameter}`

/** What of a training beside network, loss and optimiser decides its graph. */
export interface TrainingVariant {
  /** Gradients limited by their common length ('norm') or one by one ('value'); the limit is the input `clipLimit`. */
  readonly clipping?: 'norm' | 'value' | undefined
  /** Also keep averages of all tensors; the share of the newest is the input `averageShare`. */
  readonly hasAverages?: boolean
  /** Examples count differently: input `weights` [batch, 1]. */
  readonly isWeighted?: boolean
  /** Also give `output` and `gradient/…`, before clipping: for tests and inspection. */
  readonly withGradients?: boolean
}

/**
 * One optimiser step as one graph.
 *
 * Inputs: `features` [batch, …], `target` [batch, outputs], every tensor and slot, dropout masks, the rule's scalars, and what the
 * variant asks for. Outputs: `loss` [1, 1] of the batch before the step, and `next/…` for every tensor and slot.
 */
export function trainingGraph(
  network: Network,
  loss: Loss['kind'],
  rule: OptimizerRule,
  variant: TrainingVariant = {},
): CompiledGraph {
  const { clipping = 'unclipped', hasAverages = false, isWeighted = false, withGradients = false } = variant
  return {
    key: ['train', structureKey(network), loss, rule.key, clipping, hasAverages, isWeighted, withGradients].join(' | '),
    isLarge: isLarge(network),
    write: () => writeTraining(network, loss, rule, variant),
  }
}

function writeTraining(
  network: Network,
  loss: Loss['kind'],
  rule: OptimizerRule,
  variant: TrainingVariant,
): Uint8Array {
  const graph = createGraph()
  const built = buildNetwork(graph, network, true)
  const target = input(graph, 'target', built.output.shape)
  const weights = variant.isWeighted ? input(graph, 'weights', ['batch', 1]) : undefined
  const value = buildLoss(loss, built.output, target, weights)
  const names = network.tensors.filter(({ role }) => role === 'parameter').map(({ name }) => name)
  const parameters = names.map((name) => required(built.tensors, name))
  const raw = differentiate(value, parameters)
  const gradients = variant.clipping ? clipGradients(raw, variant.clipping, input(graph, 'clipLimit', [])) : raw

  const outputs: Record<string, Value> = { loss: value }
  const next = new Map(built.statistics)
  const scalars = Object.fromEntries(rule.scalars.map((name) => [name, input(graph, name, [])]))
  for (const [i, name] of names.entries()) {
    const parameter = parameters[i]!
    const slots = Object.fromEntries(
      rule.slots.map((slot) => [slot, input(graph, slotName(name, slot), parameter.shape)]),
    )
    const updated = rule.update({ parameter, gradient: gradients[i]!, slots, scalars })
    next.set(name, updated.parameter)
    for (const [slot, value] of Object.entries(updated.slots)) outputs[nextName(slotName(name, slot))] = value
    if (variant.withGradients) outputs[gradientName(name)] = raw[i]!
  }
  for (const [name, tensor] of next) outputs[nextName(name)] = tensor
  if (variant.hasAverages) Object.assign(outputs, averages(graph, next))
  if (variant.withGradients) outputs.output = built.output
  return writeOnnx(graph, outputs)
}

/** average ← average + share · (new value − average), for every tensor. */
function averages(graph: Graph, next: ReadonlyMap<string, Value>): Record<string, Value> {
  const share = input(graph, 'averageShare', [])
  return Object.fromEntries(
    Array.from(next, ([name, tensor]) => {
      const average = input(graph, slotName(name, AVERAGE), tensor.shape)
      return [nextName(slotName(name, AVERAGE)), add(average, multiply(subtract(tensor, average), share))]
    }),
  )
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
