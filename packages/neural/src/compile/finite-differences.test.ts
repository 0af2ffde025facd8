import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { activationNames } from '../network/activation.ts'
import { activation, batchNorm, dense, dropout, type Layer, layerNorm } from '../network/layer.ts'
import type { Loss } from '../network/loss.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import { randomStream } from '../random.ts'
import { nodeRuntime } from '../runtime/onnxruntime-node.ts'
import type { RuntimeTensor } from '../runtime/runtime.ts'
import { createSessionCache } from '../runtime/session-cache.ts'
import { createModel } from '../train/model.ts'
import { maskName } from './layers.ts'
import { optimizerRule } from './optimizers/select.ts'
import { gradientName, nextName, trainingGraph } from './training-graph.ts'

const cache = createSessionCache(nodeRuntime)
afterAll(() => cache.clear())

const BATCH = 5
// Kinks (relu and its kin, absolute error) have no derivative at 0, where a difference straddles two slopes.
const smooth = activationNames.filter((name) => !['relu', 'leakyRelu', 'elu', 'selu'].includes(name))
const lossKinds: readonly Loss['kind'][] = ['crossEntropy', 'binaryCrossEntropy', 'squaredError', 'huber']
const block = fc.tuple(
  fc.integer({ min: 1, max: 9 }),
  fc.constantFrom(...smooth),
  fc.constantFrom<readonly Layer[]>([], [layerNorm()], [batchNorm()], [dropout(0.3)]),
)
const cases = fc.record({
  inputs: fc.integer({ min: 1, max: 6 }),
  outputs: fc.integer({ min: 1, max: 4 }),
  blocks: fc.array(block, { maxLength: 3 }),
  loss: fc.constantFrom(...lossKinds),
  seed: fc.integer(),
})

const tensor = (values: Float32Array, shape: readonly number[]): RuntimeTensor => ({ values, shape })
const zeros = (shape: readonly number[]): RuntimeTensor =>
  tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape)

function inputsOf(network: Network, loss: Loss['kind'], seed: number): Record<string, RuntimeTensor> {
  const random = randomStream(seed)
  const filled = (shape: readonly number[], draw: () => number) => tensor(zeros(shape).values.map(draw), shape)
  const isClass = loss === 'crossEntropy' || loss === 'binaryCrossEntropy'
  const share = loss === 'crossEntropy' ? 1 / network.outputs : 1
  const inputs: Record<string, RuntimeTensor> = {
    features: filled([BATCH, network.inputs], () => random.normal()),
    target: filled([BATCH, network.outputs], () => (isClass ? share * random.uniform() : random.normal())),
    learningRate: tensor(Float32Array.of(0), []),
  }
  const model = createModel(network, { seed })
  for (const { name, shape } of network.tensors) inputs[name] = tensor(model.tensors.get(name)!.slice(), shape)
  let width = network.inputs
  for (const [index, layer] of network.layers.entries()) {
    if (layer.kind === 'dense') width = layer.units
    if (layer.kind === 'dropout')
      inputs[maskName(index)] = filled([BATCH, width], () => (random.uniform() < layer.rate ? 0 : 1 / (1 - layer.rate)))
  }
  return inputs
}

test('gradients equal finite differences on random networks', { timeout: 60_000 }, async () => {
  const property = fc.asyncProperty(cases, async ({ inputs: width, outputs: units, blocks, loss, seed }) => {
    const hidden = blocks.flatMap(([size, name, extra]): Layer[] => [dense(size), ...extra, activation(name)])
    const network = defineNetwork({ inputs: width, layers: [...hidden, dense(units)] })
    const rule = optimizerRule({ kind: 'sgd', learningRate: 1 })
    const lease = await cache.acquire(trainingGraph(network, loss, rule, { withGradients: true }), 1)
    const inputs = inputsOf(network, loss, seed)
    const parameters = network.tensors.filter(({ role }) => role === 'parameter')
    const gradients = Object.fromEntries(parameters.map(({ name, shape }) => [gradientName(name), zeros(shape)]))
    const next = Object.fromEntries(network.tensors.map(({ name, shape }) => [nextName(name), zeros(shape)]))
    const lossTensor = zeros([1, 1])
    const binding = lease.session.bind(inputs, {
      ...gradients,
      ...next,
      loss: lossTensor,
      output: zeros([BATCH, units]),
    })
    const lossAt = async (): Promise<number> => {
      await binding.run()
      return lossTensor.values[0]!
    }
    const loss0 = await lossAt()
    // Gradients are overwritten by every run.
    const expected = parameters.map(({ name }) => gradients[gradientName(name)]!.values.slice())
    for (const [i, { name }] of parameters.entries()) {
      const values = inputs[name]!.values
      const gradient = expected[i]!
      const steepest = gradient.reduce(
        (best, value, at) => (Math.abs(value) > Math.abs(gradient[best]!) ? at : best),
        0,
      )
      const original = values[steepest]!
      const slope = async (h: number): Promise<number> => {
        values[steepest] = original + h
        const above = await lossAt()
        values[steepest] = original - h
        const below = await lossAt()
        values[steepest] = original
        return (above - below) / (2 * h)
      }
      const difference = await slope(4e-3)
      // What a difference cannot know: float32 rounding of the loss over the step, and curvature, seen by a second step size.
      const curvature = Math.abs(difference - (await slope(8e-3)))
      const tolerance = 0.02 * Math.abs(gradient[steepest]!) + 1e-3 * Math.max(1, Math.abs(loss0)) + curvature
      expect(Math.abs(difference - gradient[steepest]!), `${name}[${steepest}]`).toBeLessThan(tolerance)
    }
    await lease.release()
  })
  await fc.assert(property, { numRuns: 60, seed: 20260 })
})
