import type { Loss } from '../network/loss.ts'
import type { Network } from '../network/network.ts'
import { differentiate } from './differentiate.ts'
import { createGraph, type Graph, input, type Value } from './graph.ts'
import { buildNetwork } from './layers.ts'
import { buildLoss } from './losses.ts'
import { writeOnnx } from './onnx.ts'
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
export const gradientName = (parameter: string): string => `gradient/${parameter}`

/**
 * One optimiser step as one graph.
 *
 * Inputs: `features` [batch, inputs], `target` [batch, outputs], every tensor and slot, dropout masks, the rule's scalars.
 * Outputs: `loss` [1, 1] of the batch before the step, and `next/…` for every tensor and slot.
 *
 * @param options `withGradients`: also give `output` and `gradient/…` (for tests and inspection; default false)
 */
export function trainingGraph(
  network: Network,
  loss: Loss['kind'],
  rule: OptimizerRule,
  options: { readonly withGradients?: boolean } = {},
): CompiledGraph {
  const withGradients = options.withGradients ?? false
  return {
    key: ['train', structureKey(network), loss, rule.key, withGradients].join(' | '),
    isLarge: isLarge(network),
    write: () => writeTraining(network, loss, rule, withGradients),
  }
}

function writeTraining(network: Network, loss: Loss['kind'], rule: OptimizerRule, withGradients: boolean): Uint8Array {
  const graph = createGraph()
  const built = buildNetwork(graph, network, true)
  const target = input(graph, 'target', built.output.shape)
  const value = buildLoss(loss, built.output, target)
  const parameters = network.tensors.filter(({ role }) => role === 'parameter')
  const gradients = differentiate(
    value,
    parameters.map(({ name }) => required(built.tensors, name)),
  )

  const outputs: Record<string, Value> = { loss: value }
  for (const [name, next] of built.statistics) outputs[nextName(name)] = next
  const scalars = Object.fromEntries(rule.scalars.map((name) => [name, input(graph, name, [])]))
  for (const [i, { name }] of parameters.entries()) {
    const parameter = required(built.tensors, name)
    const gradient = gradients[i] ?? parameter
    const slots = slotInputs(graph, rule, name, parameter)
    const updated = rule.update({ parameter, gradient, slots, scalars })
    outputs[nextName(name)] = updated.parameter
    for (const [slot, next] of Object.entries(updated.slots)) outputs[nextName(slotName(name, slot))] = next
    if (withGradients) outputs[gradientName(name)] = gradient
  }
  if (withGradients) outputs.output = built.output
  return writeOnnx(graph, outputs)
}

const isLarge = (network: Network): boolean => network.inputShape.length > 1

function slotInputs(graph: Graph, rule: OptimizerRule, parameter: string, like: Value): Record<string, Value> {
  return Object.fromEntries(rule.slots.map((slot) => [slot, input(graph, slotName(parameter, slot), like.shape)]))
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
