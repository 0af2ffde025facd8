import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { digits } from '../data/digits.ts'
import { prepare } from '../data/split.ts'
import { activationNames } from '../network/activation.ts'
import { activation, dense } from '../network/layer.ts'
import { defineNetwork } from '../network/network.ts'
import { sharedSessions } from '../runtime/shared-sessions.ts'
import { createModel } from './model.ts'
import { train } from './train.ts'

const OPEN_FILES = '/proc/self/fd'

test('500 trainings of changing structure leave no memory, session or open file behind', {
  timeout: 120_000,
}, async () => {
  const parts = prepare(await digits(), { validation: 0.05, test: 0.85, seed: 1 })
  const trainOnce = async (i: number): Promise<void> => {
    const name = activationNames[i % activationNames.length] ?? 'relu'
    const depth = 1 + (i % 3)
    const hidden = Array.from({ length: depth }, () => [dense(128), activation(name)]).flat()
    const model = createModel(defineNetwork({ inputs: 64, layers: [...hidden, dense(10)] }))
    for await (const _ of train(model, parts, { optimizer: { kind: 'adam', learningRate: 1e-3 }, epochs: 1 }));
  }
  // What JavaScript's own heap reserves comes and goes; what lies outside it is the runtime's and ours.
  const look = () => {
    const { rss, heapTotal } = process.memoryUsage()
    return {
      megabytes: (rss - heapTotal) / 2 ** 20,
      files: existsSync(OPEN_FILES) ? readdirSync(OPEN_FILES).length : 0,
    }
  }
  for (let i = 0; i < 100; i++) await trainOnce(i)
  const before = look()
  for (let i = 100; i < 500; i++) await trainOnce(i)
  const after = look()
  expect(sharedSessions().size).toBeLessThanOrEqual(16)
  // 400 trainings open 530 sessions and allocate some 450 MB of weights and optimiser state, twice.
  expect(after.megabytes - before.megabytes).toBeLessThan(30)
  expect(after.files).toBeLessThanOrEqual(before.files)
})
