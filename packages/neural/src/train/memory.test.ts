import { expect, test } from 'vitest'
import { digits } from '../data/digits.ts'
import { prepare } from '../data/split.ts'
import { activationNames } from '../network/activation.ts'
import { activation, dense } from '../network/layer.ts'
import { defineNetwork } from '../network/network.ts'
import { sharedSessions } from '../runtime/shared-sessions.ts'
import { createModel } from './model.ts'
import { train } from './train.ts'

test('many trainings of changing structure keep memory and sessions bounded', { timeout: 60_000 }, async () => {
  const parts = prepare(await digits(), { validation: 0.05, test: 0.85, seed: 1 })
  const trainOnce = async (i: number): Promise<void> => {
    const name = activationNames[i % activationNames.length] ?? 'relu'
    const depth = 1 + (i % 3)
    const hidden = Array.from({ length: depth }, () => [dense(128), activation(name)]).flat()
    const model = createModel(defineNetwork({ inputs: 64, layers: [...hidden, dense(10)] }))
    for await (const _ of train(model, parts, { optimizer: { kind: 'adam', learningRate: 1e-3 }, epochs: 1 }));
  }
  // What JavaScript's own heap reserves comes and goes; what lies outside it is the runtime's and ours.
  const settle = (): number => {
    const { rss, heapTotal } = process.memoryUsage()
    return (rss - heapTotal) / 2 ** 20
  }
  for (let i = 0; i < 60; i++) await trainOnce(i)
  const before = settle()
  for (let i = 0; i < 90; i++) await trainOnce(i)
  expect(sharedSessions().size).toBeLessThanOrEqual(16)
  // 90 trainings open 120 sessions and allocate some 100 MB of weights and optimiser state, twice.
  expect(settle() - before).toBeLessThan(40)
})
