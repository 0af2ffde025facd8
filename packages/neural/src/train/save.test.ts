import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { classification } from '../data/dataset.ts'
import { fitStandardization, standardize } from '../data/standardize.ts'
import { CheckpointError } from '../errors.ts'
import { conv2d } from '../network/convolution.ts'
import { embedding } from '../network/embedding.ts'
import { activation, batchNorm, dense, flatten, layerNorm, residual } from '../network/layer.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import { globalPool, maxPool } from '../network/pooling.ts'
import { randomStream } from '../random.ts'
import { releaseSessions } from '../runtime/shared-sessions.ts'
import { evaluate } from './evaluate.ts'
import { exportOnnx } from './export.ts'
import { createModel, type Model } from './model.ts'
import { readSafetensors } from './safetensors.ts'
import {
  checkpointFromBytes,
  checkpointToBytes,
  loadCheckpoint,
  loadModel,
  modelFromBytes,
  modelToBytes,
  saveCheckpoint,
  saveModel,
} from './save.ts'
import { train } from './train.ts'

const relu = activation('relu')
const images = defineNetwork({
  inputs: [2, 9, 9],
  layers: [
    conv2d(4, 3, { padding: 'same', stride: 2 }),
    batchNorm(),
    relu,
    residual([conv2d(4, 3, { padding: 1, groups: 2 }), batchNorm(), relu]),
    maxPool(2),
    flatten(),
    dense(3),
  ],
})
const table = defineNetwork({
  inputs: 4,
  layers: [embedding([{ column: 1, categories: 3 }]), dense(6), layerNorm(), activation('gelu'), dense(3)],
})
const pooled = defineNetwork({ inputs: [2, 9, 9], layers: [conv2d(4, 3), activation('elu'), globalPool(), dense(3)] })

function dataFor({ inputShape, inputs, layers }: Network) {
  const random = randomStream('save')
  const isTable = layers[0]?.kind === 'embedding'
  const features = Float32Array.from({ length: 20 * inputs }, (_, i) =>
    isTable && i % 4 === 1 ? i % 3 : 2 + random.normal(),
  )
  return classification({
    features,
    featureShape: inputShape,
    labels: Int32Array.from({ length: 20 }, (_, i) => i % 3),
  })
}
async function trained(network: Network): Promise<Model> {
  const model = createModel(network, { seed: 1 })
  const options = { optimizer: { kind: 'adam', learningRate: 0.01 }, epochs: 2, batchSize: 10 } as const
  for await (const _ of train(model, { training: dataFor(network) }, options));
  return model
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neural-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await releaseSessions()
})

describe('a saved model', () => {
  test('comes back with the same network and bits', async () => {
    const model = await trained(images)
    expect(modelFromBytes(modelToBytes(model))).toEqual(model)
    const path = join(folder, 'model.safetensors')
    await saveModel(model, path)
    expect(await loadModel(path)).toEqual(model)
    expect(await readdir(folder)).toEqual(['model.safetensors'])
  })

  test('cut off, damaged or of another kind is refused', async () => {
    const bytes = modelToBytes(createModel(table))
    for (const wrong of [
      bytes.subarray(0, 5),
      bytes.subarray(0, 40),
      bytes.subarray(0, -1),
      bytes.map((b, i) => (i === 9 ? 0 : b)),
    ])
      expect(() => modelFromBytes(wrong)).toThrow(CheckpointError)
    expect(() => checkpointFromBytes(bytes)).toThrow(/This is diapason model 1, not a diapason checkpoint 1/)
  })

  test('that cannot be written is a typed error with the reason, and leaves nothing behind', async () => {
    const model = createModel(table)
    await expect(saveModel(model, join(folder, 'no', 'such'))).rejects.toThrow(/cannot be written: ENOENT/)
    await expect(saveModel(model, folder)).rejects.toThrow(CheckpointError)
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

test('a checkpoint survives a file to the bit', async () => {
  const data = { training: dataFor(table), validation: dataFor(table) }
  const options = {
    optimizer: { kind: 'nadam', learningRate: 0.01 },
    epochs: 4,
    earlyStopping: { patience: 9 },
  } as const
  const path = join(folder, 'checkpoint.safetensors')
  const whole = createModel(table)
  for await (const epoch of train(whole, data, { ...options, batchSize: 8 })) {
    if (epoch.epoch !== 2) continue
    const checkpoint = epoch.checkpoint()
    expect(checkpointFromBytes(checkpointToBytes(checkpoint))).toEqual(checkpoint)
    expect(readSafetensors(checkpointToBytes(checkpoint)).tensors.has('now/1.weight/mean')).toBe(true)
    await saveCheckpoint(checkpoint, path)
  }
  const resumed = createModel(table, { seed: 99 })
  for await (const _ of train(resumed, data, { ...options, batchSize: 8, resume: await loadCheckpoint(path) }));
  expect(resumed.tensors).toEqual(whole.tensors)
})

describe('an exported model', () => {
  const cases: [string, Network][] = [
    ['convolutions', images],
    ['categories', table],
    ['global pooling', pooled],
  ]
  for (const [name, network] of cases) {
    test(`gives the same outputs in a plain runtime (${name})`, async () => {
      const model = await trained(network)
      const data = dataFor(network)
      const session = await ort.InferenceSession.create(exportOnnx(model))
      expect(session.inputNames).toEqual(['features'])
      expect(session.inputMetadata[0]).toMatchObject({ shape: ['batch', ...network.inputShape] })
      expect(session.outputMetadata[0]).toMatchObject({ name: 'output', shape: ['batch', 3] })
      const features = new ort.Tensor('float32', data.features, [data.count, ...network.inputShape])
      const { output } = await session.run({ features })
      const expected = (await evaluate(model, data)).outputs
      expectClose(output?.data as Float32Array, expected)
      await session.release()
    })
  }

  test('can take features as they are before standardisation', async () => {
    const raw = dataFor(pooled)
    const standardization = fitStandardization(raw)
    const model = await trained(pooled)
    const session = await ort.InferenceSession.create(exportOnnx(model, { standardization }))
    const features = new ort.Tensor('float32', raw.features, [raw.count, 2, 9, 9])
    const { output } = await session.run({ features })
    expectClose(output?.data as Float32Array, (await evaluate(model, standardize(raw, standardization))).outputs)
    await session.release()
    expect(() => exportOnnx(createModel(table), { standardization })).toThrow(
      /is for 162 features, the network takes 4/,
    )
  })

  // Set ONNXRUNTIME_PYTHON to a Python that has onnxruntime and numpy.
  const python = process.env.ONNXRUNTIME_PYTHON
  test.skipIf(!python)("gives the same outputs in Python's onnxruntime (needs ONNXRUNTIME_PYTHON)", async () => {
    for (const [name, network] of cases) {
      const model = await trained(network)
      const data = dataFor(network)
      const path = join(folder, `${name}.onnx`)
      await writeFile(path, exportOnnx(model))
      const script = `
import json, sys, numpy, onnxruntime
given = json.load(sys.stdin)
session = onnxruntime.InferenceSession(${JSON.stringify(path)}, providers=['CPUExecutionProvider'])
features = numpy.array(given['values'], numpy.float32).reshape(given['shape'])
print(json.dumps(session.run(['output'], {'features': features})[0].ravel().tolist()))`
      const given = { values: [...data.features], shape: [data.count, ...network.inputShape] }
      const printed = execFileSync(python as string, ['-c', script], { input: JSON.stringify(given), encoding: 'utf8' })
      expectClose(JSON.parse(printed), (await evaluate(model, data)).outputs)
    }
  })
})

function expectClose(actual: ArrayLike<number>, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length)
  for (const [i, value] of expected.entries())
    expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)))
}
