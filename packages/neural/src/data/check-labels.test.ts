import { expect, test } from 'vitest'
import { activation, createModel, DataError, defineNetwork, dense, train } from '../index.ts'
import { rowFeatures } from './arrays.ts'
import { classification } from './dataset.ts'

const labelled = (...labels: number[]) =>
  classification({ ...rowFeatures(labels.map((label, i) => [label, i])), labels: Int32Array.from(labels), classes: 3 })
const network = defineNetwork({ inputs: 2, layers: [dense(4), activation('relu'), dense(3)] })

/** The first epoch of a training on `data`. */
const begin = (data: Record<'training' | 'validation', ReturnType<typeof labelled>>) =>
  train(createModel(network), data, { optimizer: { kind: 'sgd', learningRate: 0.1 }, epochs: 1, batchSize: 2 }).next()

test('a training on one class alone, or judged by a class it never saw, does not start', async () => {
  const [both, one, other] = [labelled(0, 1), labelled(1, 1, 1), labelled(1, 2)]
  await expect(begin({ training: one, validation: both })).rejects.toThrow(DataError)
  await expect(begin({ training: one, validation: both })).rejects.toThrow(/All 3 training examples are of class 1/)
  await expect(begin({ training: both, validation: other })).rejects.toThrow(
    /Class 2 \(example 1 of the validation part\) has no example in the training part/,
  )
  expect((await begin({ training: other, validation: one })).value).toMatchObject({ epoch: 1 })
})
