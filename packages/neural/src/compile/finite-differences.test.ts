import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { activationNames } from '../network/activation.ts'
import { conv1d, conv2d } from '../network/convolution.ts'
import { embedding } from '../network/embedding.ts'
import {
  activation,
  batchNorm,
  dense,
  dropout,
  flatten,
  type Layer,
  layerNorm,
  residual,
  sequential,
} from '../network/layer.ts'
import type { Loss } from '../network/loss.ts'
import { defineNetwork, layerSites, type Network } from '../network/network.ts'
import { averagePool, globalPool, maxPool } from '../network/pooling.ts'
import { randomStream } from '../random.ts'
import { nodeRuntime } from '../runtime/onnxruntime-node.ts'
import type { RuntimeTensor } from '../runtime/runtime.ts'
import { createSessionCache } from '../runtime/session-cache.ts'
import { createModel } from '../train/model.ts'
import { gradientGraph, gradientName, nextName } from './gradient-graph.ts'
import { maskName } from './layers.ts'

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
    features: filled([BATCH, ...network.inputShape], () => random.normal()),
    target: filled([BATCH, network.outputs], () => (isClass ? share * random.uniform() : random.normal())),
  }
  const [first] = network.layers
  for (const { column, categories } of first?.kind === 'embedding' ? first.columns : []) {
    const { values } = inputs.features!
    for (let row = 0; row < BATCH; row++)
      values[row * network.inputs + column] = Math.floor(random.uniform() * categories)
  }
  const model = createModel(network, { seed })
  for (const { name, shape } of network.tensors) inputs[name] = tensor(model.tensors.get(name)!.slice(), shape)
  for (const { layer, path, input } of layerSites(network)) {
    if (layer.kind !== 'dropout') continue
    const shape = layer.channels ? input.map((size, axis) => (axis === 0 ? size : 1)) : input
    inputs[maskName(path)] = filled([BATCH, ...shape], () => (random.uniform() < layer.rate ? 0 : 1 / (1 - layer.rate)))
  }
  return inputs
}

async function expectTrueGradients(network: Network, loss: Loss['kind'], seed: number): Promise<void> {
  const lease = await cache.acquire(gradientGraph(network, loss), 1)
  const inputs = inputsOf(network, loss, seed)
  const parameters = network.tensors.filter(({ role }) => role === 'parameter')
  const gradients = Object.fromEntries(parameters.map(({ name, shape }) => [gradientName(name), zeros(shape)]))
  const next = Object.fromEntries(
    network.tensors.filter(({ role }) => role === 'statistic').map(({ name, shape }) => [nextName(name), zeros(shape)]),
  )
  const lossTensor = zeros([1, 1])
  const binding = lease.session.bind(inputs, {
    ...gradients,
    ...next,
    loss: lossTensor,
    output: zeros([BATCH, network.outputs]),
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
    const steepest = gradient.reduce((best, value, at) => (Math.abs(value) > Math.abs(gradient[best]!) ? at : best), 0)
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
}

test('gradients equal finite differences on random networks', { timeout: 60_000 }, async () => {
  const property = fc.asyncProperty(cases, async ({ inputs, outputs, blocks, loss, seed }) => {
    const hidden = blocks.flatMap(([size, name, extra]): Layer[] => [dense(size), ...extra, activation(name)])
    await expectTrueGradients(defineNetwork({ inputs, layers: [...hidden, dense(outputs)] }), loss, seed)
  })
  await fc.assert(property, { numRuns: 60, seed: 20260 })
})

const size = fc.integer({ min: 1, max: 3 })
const padding = fc.constantFrom<'same' | number>('same', 0, 1)
const even = fc.constantFrom(2, 4)
const normalization = fc.constantFrom<readonly Layer[]>(
  [],
  [batchNorm()],
  [layerNorm()],
  [dropout(0.3, { channels: true })],
)
const convolutional = fc.oneof(
  fc
    .record({ filters: even, kernel: fc.tuple(size, size), stride: size, padding, groups: fc.constantFrom(1, 2) })
    .map(({ filters, kernel, ...options }): readonly Layer[] => [conv2d(filters, kernel, options)]),
  fc
    .record({ mode: fc.constantFrom(maxPool, averagePool), size, stride: size })
    .map(({ mode, size: window, ...options }): readonly Layer[] => [
      mode(window, { ...options, padding: window > 1 ? 1 : 0 }),
    ]),
  fc.tuple(fc.constantFrom(maxPool, averagePool), size).map(([mode, window]): readonly Layer[] => [mode(window)]),
  fc
    .tuple(normalization, even)
    .map(([extra, filters]): readonly Layer[] => [
      residual([conv2d(filters, 3, { padding: 1 }), ...extra, activation('tanh')], { shortcut: [conv2d(filters, 1)] }),
    ]),
  fc
    .tuple(normalization, fc.constantFrom(...smooth))
    .map(([extra, name]): readonly Layer[] => [residual([sequential([...extra, activation(name)])])]),
)
const images = fc.record({
  blocks: fc.array(convolutional, { minLength: 1, maxLength: 3 }),
  height: fc.integer({ min: 5, max: 9 }),
  ending: fc.constantFrom<readonly Layer[]>([flatten()], [globalPool('max')], [globalPool('average')]),
  loss: fc.constantFrom(...lossKinds),
  seed: fc.integer(),
})

test('gradients equal finite differences on random convolutional networks', { timeout: 120_000 }, async () => {
  let tried = 0
  const property = fc.asyncProperty(images, async ({ blocks, height, ending, loss, seed }) => {
    // Random windows may outgrow the image: then there is no network to test.
    const described = (): Network =>
      defineNetwork({ inputs: [2, height, 7], layers: [...blocks.flat(), ...ending, dense(3)] })
    if (!fits(described)) return
    tried++
    await expectTrueGradients(described(), loss, seed)
  })
  await fc.assert(property, { numRuns: 60, seed: 20261 })
  expect(tried).toBeGreaterThan(30)
})

function fits(describe: () => Network): boolean {
  try {
    return describe().outputs > 0
  } catch (error) {
    expect((error as Error).message).toContain('does not fit into the input')
    return false
  }
}

test('gradients equal finite differences on sequences and tables with categories', { timeout: 60_000 }, async () => {
  const sequence = [
    conv1d(4, 3, { stride: 2, padding: 'same' }),
    activation('tanh'),
    maxPool(3, { stride: 2 }),
    conv1d(4, 2, { groups: 2 }),
  ]
  await expectTrueGradients(
    defineNetwork({ inputs: [2, 17], layers: [...sequence, averagePool(2), globalPool('max'), dense(2)] }),
    'squaredError',
    1,
  )
  const columns = [
    { column: 2, categories: 3, size: 2 },
    { column: 0, categories: 4 },
  ]
  const table = (inputs: number): Network =>
    defineNetwork({ inputs, layers: [embedding(columns), dense(5), residual([layerNorm(), dense(5)]), dense(2)] })
  for (const inputs of [3, 5]) await expectTrueGradients(table(inputs), 'crossEntropy', 2)
})
