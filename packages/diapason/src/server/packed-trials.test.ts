import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { choice, float, int } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { buildTrial } from '../testing/trial-builders.ts'
import type { FinishedTrial, Report, TrialRecord } from '../trial/trial-record.ts'
import { createTrialStore } from './packed-trials.ts'

const space = compileSpace({
  x: float(0, 1),
  layers: int(1, 8),
  activation: choice(['relu', null, true, 3]),
})
const even: Report[] = [1, 2, 3, 4, 5].map((step) => [step, 1 / step])
const uneven: Report[] = [1, 3, 9, 27].map((step) => [step, Number.NaN])

function complete(number: number, reports: Report[] = []): TrialRecord {
  const params = { x: number / 3, layers: (number % 8) + 1, activation: [null, 'relu', 3, true][number % 4] ?? null }
  return buildTrial(space, number, params, { state: 'complete', values: [number, -number], reports })
}

/** Everything that a record tells, as plain data. */
function toldBy(trial: TrialRecord) {
  const { id, number, state, params, distributions, reports, userAttrs, systemAttrs, startedAt } = trial
  const ended = trial as FinishedTrial & { readonly values?: readonly number[]; readonly reason?: string }
  const end = { finishedAt: ended.finishedAt, values: ended.values ?? [], reason: ended.reason }
  return { id, number, state, params, distributions, reports: [...reports], userAttrs, systemAttrs, startedAt, ...end }
}

describe('packed trials', () => {
  it('tell what the trials told', () => {
    const store = createTrialStore()
    const trials: TrialRecord[] = [
      complete(0),
      complete(1, even),
      complete(2, uneven),
      complete(3, even.slice(0, 1)),
      buildTrial(space, 4, { x: 1e-300 }, { state: 'pruned', reports: even }),
      buildTrial(space, 5, { layers: 3, x: Number.MIN_VALUE }, { state: 'failed' }),
      { ...complete(6), userAttrs: { note: 'a', odd: Number.NaN }, systemAttrs: { list: [1, null] } },
      { ...complete(7), userAttrs: { note: 'a', odd: null }, systemAttrs: { list: [1, null] } },
      { ...(complete(8) as FinishedTrial), startedAt: undefined },
    ]
    const packed = trials.map(store.pack)
    for (const [i, trial] of trials.entries()) {
      expect(toldBy(packed[i] ?? trial)).toEqual(toldBy(trial))
      expect(Object.keys(packed[i]?.params ?? {})).toEqual(Object.keys(trial.params))
    }
    // Whichever was looked at before.
    expect(packed.toReversed().map((trial) => trial.params)).toEqual(trials.toReversed().map((trial) => trial.params))
  })

  it('share what is alike', () => {
    const store = createTrialStore()
    const attrs = { userAttrs: { by: 'me' }, systemAttrs: { 'diapason:worker': 'host:1' } }
    const [a, b] = [complete(1), complete(2)].map((trial) => store.pack({ ...trial, ...structuredClone(attrs) }))
    expect(a?.systemAttrs).toBe(b?.systemAttrs)
    expect(a?.distributions).toBe(b?.distributions)
    expect(a?.params).toBe(a?.params)
  })

  it('leaves alone what may change, and what no number stands for', () => {
    const store = createTrialStore()
    const running = buildTrial(space, 0, { x: 0.5 }, { state: 'running' })
    const odd = buildTrial(space, 1, { activation: 'gone' }, { state: 'failed' })
    const half = buildTrial(space, 2, { layers: 1.5 }, { state: 'failed' })
    expect([running, odd, half].map(store.pack)).toEqual([running, odd, half])
    for (const trial of [running, odd, half]) expect(store.pack(trial)).toBe(trial)
  })

  it('takes no more room than its numbers and a little', () => {
    const wide = compileSpace(Object.fromEntries(Array.from({ length: 20 }, (_, j) => [`x${j}`, float(0, 1)])))
    const curve: Report[] = Array.from({ length: 50 }, (_, step) => [step + 1, 1 / (step + 1)])
    const made = (number: number) => {
      const params = Object.fromEntries(wide.parameters.map(({ name }, j) => [name, (number + j) / 6000]))
      const trial = buildTrial(wide, number, params, { state: 'complete', values: [number / 7], reports: curve })
      return { ...trial, systemAttrs: { 'diapason:worker': `host:${number % 10}` } }
    }
    const count = 5000
    const store = createTrialStore()
    const kept: TrialRecord[] = [store.pack(made(0))]
    const before = bytesInUse()
    for (let number = 1; number <= count; number++) kept.push(store.pack(made(number)))
    const bytes = (bytesInUse() - before) / count
    expect(kept).toHaveLength(count + 1)
    // 77 numbers are 616 bytes; the same trials as plain records take about 6,000.
    expect(bytes).toBeGreaterThan(600)
    expect(bytes).toBeLessThan(900)
  })
})

describe('packed reports', () => {
  it.each([[even], [uneven], [even.slice(0, 2)], [[]]])('are the array that they stand for: %j', (reports) => {
    const packed = createTrialStore().pack(complete(0, reports)).reports
    expect(Array.isArray(packed)).toBe(true)
    expect([...packed]).toEqual(reports)
    expect(packed.length).toBe(reports.length)
    expect(packed[packed.length - 1]).toEqual(reports.at(-1))
    expect(packed[reports.length]).toBeUndefined()
    expect(packed.map(([step]) => step)).toEqual(reports.map(([step]) => step))
    expect(packed.slice(1, 3)).toEqual(reports.slice(1, 3))
    expect(packed.filter(([step]) => step > 1)).toEqual(reports.filter(([step]) => step > 1))
    expect(JSON.stringify(packed)).toBe(JSON.stringify(reports))
    expect(Object.keys(packed)).toEqual(Object.keys(reports))
  })

  it('cannot be changed', () => {
    const packed = createTrialStore().pack(complete(0, even)).reports as Report[]
    expect(() => packed.push([6, 0])).toThrow(TypeError)
    expect(packed.length).toBe(5)
  })
})

function bytesInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  // Buffers are given back by the collection after the one that found them dead.
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
