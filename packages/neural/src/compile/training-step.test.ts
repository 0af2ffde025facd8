import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import type { ActivationName } from '../network/activation.ts'
import { conv2d } from '../network/convolution.ts'
import { activation, batchNorm, dense, flatten, type Layer, layerNorm } from '../network/layer.ts'
import type { Loss } from '../network/loss.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import type { Optimizer } from '../network/optimizer.ts'
import { globalPool, maxPool } from '../network/pooling.ts'
import { sizeOf } from '../network/shape.ts'
import { nodeRuntime } from '../runtime/onnxruntime-node.ts'
import type { RuntimeTensor } from '../runtime/runtime.ts'
import { createSessionCache } from '../runtime/session-cache.ts'
import { createTrainingMemory } from '../train/training-memory.ts'
import { evaluationGraph, gradientGraph, gradientName, nextName } from './gradient-graph.ts'
import { optimizerRule } from './optimizers/select.ts'
import { updateKernel } from './update-kernel.ts'

/** Golden steps of PyTorch in float64; made by fixtures/make_fixtures.py. */
interface GoldenTensor {
  shape: number[]
  values: number[]
}
interface GoldenCase {
  name: string
  optimizer: string
  loss: string
  input: GoldenTensor
  target: GoldenTensor
  initial: Record<string, GoldenTensor>
  steps: {
    loss: number
    output?: number[]
    gradients?: Record<string, number[]>
    parameters: Record<string, number[]> | null
  }[]
  evalOutput: number[]
}
const golden = JSON.parse(readFileSync(new URL('../fixtures/training.json', import.meta.url), 'utf8')) as {
  cases: GoldenCase[]
}

const optimizers: Record<string, Optimizer> = {
  sgd: { kind: 'sgd', learningRate: 0.1 },
  sgdMomentum: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
  nesterov: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  sgdL2: { kind: 'sgd', learningRate: 0.1, weightDecay: 0.01 },
  adam: { kind: 'adam', learningRate: 0.01 },
  adamBetas: { kind: 'adam', learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6 },
  adamW: { kind: 'adamW', learningRate: 0.01, weightDecay: 0.1 },
  nadam: { kind: 'nadam', learningRate: 0.01 },
  rmsprop: { kind: 'rmsprop', learningRate: 0.01 },
  adagrad: { kind: 'adagrad', learningRate: 0.05 },
}
const losses: Record<string, Loss['kind']> = {
  crossEntropy: 'crossEntropy',
  'labelSmoothing0.1': 'crossEntropy',
  mse: 'squaredError',
  mae: 'absoluteError',
  huber: 'huber',
  binaryCrossEntropy: 'binaryCrossEntropy',
}

/** `mlp relu` names its activation, other cases imply it: see make_fixtures.py. */
function networkOf(golden: GoldenCase): Network {
  if (golden.name.startsWith('cnn')) return convolutional(golden.name)
  const { name, initial, loss } = golden
  const named = name.split(' ')[1] ?? ''
  const implied = name.includes('layer norm') ? 'gelu' : /regression|binary|label|batch/.test(name) ? 'relu' : 'tanh'
  const isNamed = !(named in optimizers) && !/regression|binary|label|batch|layer/.test(named)
  const chosen = (isNamed ? named : implied) as ActivationName
  const norm: Layer[] = name.includes('batch norm') ? [batchNorm()] : name.includes('layer norm') ? [layerNorm()] : []
  const outputs = losses[loss] === 'crossEntropy' ? 3 : 1
  expect(Object.keys(initial).length).toBeGreaterThan(5)
  return defineNetwork({
    inputs: 5,
    layers: [dense(7), ...norm, activation(chosen), dense(4), activation(chosen), dense(outputs)],
  })
}

function convolutional(name: string): Network {
  const relu = activation('relu')
  const plain = [conv2d(3, 3, { padding: 1 }), relu, maxPool(2), conv2d(4, 3), relu, flatten(), dense(3)]
  const first = conv2d(3, 3, { stride: 2, padding: 1, bias: false })
  const normalized = [first, batchNorm(), relu, conv2d(4, 3, { padding: 1 }), relu, globalPool(), flatten(), dense(3)]
  return defineNetwork({ inputs: [1, 8, 8], layers: name.includes('stride') ? normalized : plain })
}

const torchName = (name: string): string =>
  name.replace('runningMean', 'running_mean').replace('runningVariance', 'running_var')

function targetOf({ target, loss }: GoldenCase, outputs: number): number[] {
  if (losses[loss] !== 'crossEntropy') return target.values
  const smoothing = loss === 'labelSmoothing0.1' ? 0.1 : 0
  return target.values.flatMap((label) =>
    Array.from({ length: outputs }, (_, c) => (c === label ? 1 - smoothing : 0) + smoothing / outputs),
  )
}

const tensor = (values: readonly number[] | Float32Array, shape: readonly number[]): RuntimeTensor => ({
  values: Float32Array.from(values),
  shape,
})

/**
 * Relative to the largest entry of the tensor, and to 0.01 where all are smaller: a bias before a batch normalisation has
 * gradient 0, and what float32 leaves of it is the rounding of larger terms that cancel.
 */
function expectClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  const scale = Math.max(...expected.map(Math.abs), 0.01)
  expect(actual.length, what).toBe(expected.length)
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((actual[i] ?? Number.NaN) - value) / scale, `${what}[${i}]`).toBeLessThan(1e-5)
  }
}

const cache = createSessionCache(nodeRuntime)
afterAll(() => cache.clear())

async function runCase(golden: GoldenCase): Promise<void> {
  const network = networkOf(golden)
  const batch = golden.input.shape[0]!
  const rule = optimizerRule(optimizers[golden.optimizer]!)
  const lease = await cache.acquire(gradientGraph(network, losses[golden.loss]!), 1)
  const features = tensor(golden.input.values, golden.input.shape)
  const target = tensor(targetOf(golden, network.outputs), [batch, network.outputs])
  const memory = createTrainingMemory(network, updateKernel(rule))
  const statistics = network.tensors.filter(({ role }) => role === 'statistic')
  const zeros = ({ name, shape }: { name: string; shape: readonly number[] }) =>
    [name, tensor(new Float32Array(sizeOf(shape)), shape)] as const
  const state = { ...memory.kept, ...Object.fromEntries(statistics.map(zeros)) }
  const next = Object.fromEntries(statistics.map(zeros))
  for (const { name } of network.tensors) state[name]!.values.set(golden.initial[torchName(name)]!.values)
  const tensors = Object.fromEntries(network.tensors.map(({ name }) => [name, state[name]!]))
  const renamed = (all: Readonly<Record<string, RuntimeTensor>>, nameOf: (name: string) => string) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [nameOf(name), value]))
  for (const [index, step] of golden.steps.entries()) {
    const loss = tensor([0], [1, 1])
    const output = tensor(new Float32Array(batch * network.outputs), [batch, network.outputs])
    const results = { ...renamed(memory.gradients, gradientName), ...renamed(next, nextName), loss, output }
    await lease.session.bind({ features, target, ...tensors }, results).run()
    const scalars = Object.entries(rule.scalarsAt(index + 1, optimizers[golden.optimizer]!.learningRate))
    for (const [name, value] of scalars) memory.scalars[name]?.values.set([value])
    memory.update()
    for (const [name, { values }] of Object.entries(next)) state[name]!.values.set(values)
    expectClose(loss.values, [step.loss], `loss of step ${index}`)
    if (step.output) expectClose(output.values, step.output, 'output')
    for (const [name, values] of Object.entries(step.gradients ?? {})) {
      expectClose(memory.gradients[name]!.values, values, `gradient of ${name}`)
    }
    if (step.parameters) {
      for (const { name } of network.tensors) expectClose(state[name]!.values, step.parameters[torchName(name)]!, name)
    }
  }
  const evaluation = await cache.acquire(evaluationGraph(network, losses[golden.loss]!), 1)
  const output = tensor(new Float32Array(batch * network.outputs), [batch, network.outputs])
  await evaluation.session.bind({ features, target, ...tensors }, { output, loss: tensor([0], [1, 1]) }).run()
  expectClose(output.values, golden.evalOutput, 'output in evaluation')
  await Promise.all([lease.release(), evaluation.release()])
}

describe('one compiled step equals PyTorch', () => {
  for (const golden_ of golden.cases) {
    test(`${golden_.name}, ${golden_.optimizer}, ${golden_.loss}`, () => runCase(golden_))
  }
})
