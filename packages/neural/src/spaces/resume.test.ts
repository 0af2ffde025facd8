import { defaultsOf } from 'diapason'
import { afterAll, expect, test } from 'vitest'
import { digits } from '../data/digits.ts'
import { prepare, split } from '../data/split.ts'
import { releaseSessions } from '../runtime/shared-sessions.ts'
import type { Checkpoint } from '../train/checkpoint.ts'
import { convSpace } from './conv-space.ts'
import { denseObjective } from './dense-objective.ts'
import { denseSpace } from './dense-space.ts'
import { convObjective, resNetObjective } from './image-objective.ts'
import type { TrialLike } from './objective.ts'
import { resNetSpace } from './res-net-space.ts'
import { tableObjective } from './table-objective.ts'
import { tableSpace } from './table-space.ts'

afterAll(releaseSessions)

const EPOCHS = 5
const { training: few } = split(await digits(), { validation: 0.44, test: 0.44, seed: 1 })
const parts = prepare(few, { validation: 0.3, test: 0, seed: 1 })

/** Optimiser state, a schedule with warm-up, running statistics, dropout, shuffling and augmentation: all that a pause could lose. */
const recipe = {
  normalization: 'batch',
  schedule: { kind: 'cosine', warmUp: 0.1, end: 0.01 },
  batchSize: 32,
  labelSmoothing: 0.1,
} as const
const images = { augmentation: { noise: 0.1 } }
const OBJECTIVES: { readonly [name: string]: (trial: TrialLike) => Promise<number> } = {
  dense: (trial) => {
    const layers = [{ units: 24, dropout: 0.3 }]
    return denseObjective(parts)({ ...defaultsOf(denseSpace), ...recipe, layers }, trial)
  },
  table: (trial) => tableObjective(parts)({ ...defaultsOf(tableSpace), ...recipe }, trial),
  convolutional: (trial) => {
    const stages = [
      { kernel: 3, dropout: 0.2 },
      { kernel: 3, dropout: 0.2 },
    ] as const
    const params = { ...defaultsOf(convSpace), ...recipe, stages, filters: 8, units: 16, dropout: 0.3, shift: 1 }
    return convObjective(parts, images)(params, trial)
  },
  residual: (trial) =>
    resNetObjective(parts, images)({ ...defaultsOf(resNetSpace), ...recipe, width: 8, shift: 1 }, trial),
}

const PAUSED = new Error('paused')

/** Trains up to an epoch, or to the end; what each epoch reported, and the state after the last one. */
async function run(objective: (trial: TrialLike) => Promise<number>, until: number, from?: Checkpoint) {
  const curve: [epoch: number, value: number][] = []
  let state: Checkpoint | undefined
  const trial: TrialLike = {
    number: 7,
    seed: 11,
    budget: EPOCHS,
    signal: new AbortController().signal,
    checkpoint: async () => from && { state: from },
    async report(epoch, value, stateOf) {
      curve.push([epoch, value])
      if (epoch < until) return
      // As a store gives it back.
      state = structuredClone(stateOf?.()) as Checkpoint
      if (epoch < EPOCHS) throw PAUSED
    },
  }
  await objective(trial).catch((error: unknown) => {
    if (error !== PAUSED) throw error
  })
  return { curve, state: state as Checkpoint }
}

/** Every number of a training's state as its bits. */
const bitsOf = ({ tensors, ...rest }: Checkpoint) => ({
  rest,
  tensors: Object.fromEntries(
    Object.entries(tensors).map(([name, { buffer, byteOffset, length }]) => [
      name,
      [...new Uint32Array(buffer, byteOffset, length)],
    ]),
  ),
})

for (const [kind, objective] of Object.entries(OBJECTIVES)) {
  test(`the ${kind} objective, paused twice, ends in the same bits as uninterrupted`, { timeout: 60_000 }, async () => {
    const whole = await run(objective, EPOCHS)
    const first = await run(objective, 1)
    const second = await run(objective, 3, first.state)
    const third = await run(objective, EPOCHS, second.state)
    expect([...first.curve, ...second.curve, ...third.curve]).toEqual(whole.curve)
    expect(bitsOf(third.state)).toEqual(bitsOf(whole.state))
    expect(Object.keys(whole.state.tensors).length).toBeGreaterThan(6)
  })
}
