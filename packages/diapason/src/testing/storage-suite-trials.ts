import { describe, expect, it } from 'vitest'
import { SpaceError, StudyError } from '../errors.ts'
import type { Distribution } from '../space/distribution.ts'
import type { NewTrial } from '../storage/storage.ts'
import { AWKWARD_NUMBERS, AWKWARD_TEXTS, EVERY_KIND, EVERY_STATE, EVERY_VALUE, REAL } from './storage-samples.ts'
import { newStudy, newTrial, readAll, type StorageFixture } from './storage-steps.ts'

export function describeTrials(fixture: StorageFixture): void {
  describe('trials', () => {
    describeCreation(fixture)
    describeParameters(fixture)
    describeNumbers(fixture)
  })
}

function describeCreation({ storage, second }: StorageFixture): void {
  it('numbers the trials of each study from 0 and gives all of them ids of their own', async () => {
    const a = await newStudy(storage(), 'a')
    const b = await newStudy(storage(), 'b')
    const trials = []
    for (const id of [a, b, a, a, b]) trials.push(await newTrial(storage(), id))
    expect(trials.map((trial) => trial.number)).toEqual([0, 0, 1, 2, 1])
    expect(new Set(trials.map((trial) => trial.id)).size).toBe(5)
  })

  it.each(EVERY_STATE.map((trial) => [trial.state, trial] as const))(
    'imports a %s trial whole',
    async (state, template) => {
      const id = await newStudy(storage())
      const times = { startedAt: 1_700_000_000_123, finishedAt: 1_700_000_060_456.25 }
      const full: NewTrial = { ...template, ...times, ...contents }
      const created = await newTrial(storage(), id, full)
      const { distributions: _, ...copied } = contents
      expect(created).toMatchObject({ ...copied, state, number: 0 })
      expect(created.distributions).toEqual(EVERY_KIND)
      expect(created.startedAt).toBe(state === 'waiting' ? undefined : times.startedAt)
      if (state === 'complete') expect(created).toMatchObject({ values: [0.5], finishedAt: times.finishedAt })
      if (state === 'pruned') expect(created).toMatchObject({ values: [], finishedAt: times.finishedAt })
      if (state === 'failed') expect(created).toMatchObject({ reason: 'out of memory', finishedAt: times.finishedAt })
      expect(await readAll(await second(), id)).toEqual([created])
    },
  )

  it('stamps the start and the end', async () => {
    const id = await newStudy(storage())
    const before = Date.now() - 1
    const { id: trialId } = await newTrial(storage(), id)
    await storage().finish(trialId, { state: 'complete', values: [1] })
    const [trial] = await readAll(storage(), id)
    expect(trial).toMatchObject({ state: 'complete' })
    if (trial?.state !== 'complete') return
    expect(trial.startedAt).toBeGreaterThanOrEqual(before)
    expect(trial.finishedAt).toBeGreaterThanOrEqual(trial.startedAt ?? Number.NaN)
    expect(trial.finishedAt).toBeLessThanOrEqual(Date.now() + 1)
  })

  it('creates nothing where the study is full', async () => {
    const id = await newStudy(storage())
    expect(await storage().createTrial(id, { state: 'running' }, 0)).toBeUndefined()
    const made = await Promise.all(Array.from({ length: 8 }, () => storage().createTrial(id, { state: 'running' }, 3)))
    expect(made.flatMap((trial) => trial?.number ?? []).sort()).toEqual([0, 1, 2])
    expect(await readAll(await second(), id)).toHaveLength(3)
    expect(await storage().createTrial(id, { state: 'running' }, 4)).toMatchObject({ number: 3 })
  })

  it('keeps attributes of both kinds', async () => {
    const id = await newStudy(storage())
    const trial = await newTrial(storage(), id, { state: 'running', userAttrs: { a: 1 }, systemAttrs: { a: 2 } })
    const data = { numbers: [...AWKWARD_NUMBERS, Number.NaN, -0], texts: AWKWARD_TEXTS, nothing: null }
    await storage().setTrialAttr(trial.id, 'user', 'data', data)
    await storage().setTrialAttr(trial.id, 'system', 'a', 'replaced')
    expect(await readAll(await second(), id)).toMatchObject([
      { userAttrs: { a: 1, data }, systemAttrs: { a: 'replaced' } },
    ])
    expect(trial).toMatchObject({ userAttrs: { a: 1 }, systemAttrs: { a: 2 } })
  })
}

function describeParameters({ storage, second }: StorageFixture): void {
  it('keeps every kind of parameter in the order it was given', async () => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    const { intLog, floatLog, ...rest } = EVERY_VALUE
    await storage().setParams(trialId, rest, EVERY_KIND)
    await storage().setParams(trialId, { intLog, floatLog }, EVERY_KIND)
    const [trial] = await readAll(await second(), id)
    expect(Object.entries(trial?.params ?? {})).toEqual(Object.entries({ ...rest, intLog, floatLog }))
    expect(trial?.distributions).toEqual(EVERY_KIND)
    expect(Object.keys(trial?.distributions ?? {})).toEqual(Object.keys({ ...rest, intLog, floatLog }))
  })

  it('tells null, true, 1.5, 3, "3", "" and NaN apart', async () => {
    const id = await newStudy(storage())
    const choice = EVERY_KIND.choice
    if (choice?.kind !== 'categorical') throw new Error('the sample is categorical')
    for (const value of choice.choices) {
      await newTrial(storage(), id, { state: 'running', params: { choice: value }, distributions: { choice } })
    }
    expect((await readAll(await second(), id)).map((trial) => trial.params.choice)).toEqual(choice.choices)
  })

  it.each(incompatible)('refuses %s under one name and leaves no trace', async (_, first, next) => {
    const id = await newStudy(storage())
    await newTrial(storage(), id, { state: 'running', params: { x: anyValue(first) }, distributions: { x: first } })
    const { id: trialId } = await newTrial(storage(), id)
    const params = { fine: 1, x: anyValue(next) }
    const distributions = { fine: REAL, x: next }
    for (const one of [storage(), await second()]) {
      await expect(one.setParams(trialId, params, distributions)).rejects.toThrow(SpaceError)
      await expect(one.createTrial(id, { state: 'running', params, distributions })).rejects.toThrow(/"x"/)
    }
    expect((await readAll(storage(), id)).map((trial) => Object.keys(trial.params))).toEqual([['x'], []])
    // Nor does the refused step claim the other name that came with it.
    await storage().setParams(trialId, { fine: 'a' }, { fine: { kind: 'categorical', choices: ['a'] } })
  })

  it('lets ranges and steps change, and other studies do as they like', async () => {
    const id = await newStudy(storage())
    const wide: Distribution = { kind: 'float', low: -100, high: 100, log: false, step: 0.5 }
    await newTrial(storage(), id, { state: 'running', params: { x: 0.5 }, distributions: { x: REAL } })
    const { id: trialId } = await newTrial(storage(), id)
    await storage().setParams(trialId, { x: 99.5 }, { x: wide })
    expect((await readAll(storage(), id)).map((trial) => trial.distributions.x)).toEqual([REAL, wide])
    const other = await newStudy(storage(), 'other')
    const choice: Distribution = { kind: 'categorical', choices: [1] }
    await newTrial(storage(), other, { state: 'running', params: { x: 1 }, distributions: { x: choice } })
  })

  it('refuses values that cannot be stored', async () => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    const choice: Distribution = { kind: 'categorical', choices: ['a', 'b'] }
    await expect(storage().setParams(trialId, { c: 'z' }, { c: choice })).rejects.toThrow(SpaceError)
    await expect(storage().setParams(trialId, { x: Number.NaN }, { x: REAL })).rejects.toThrow(SpaceError)
    await expect(storage().setParams(trialId, { x: 1 }, {})).rejects.toThrow(SpaceError)
    expect(await readAll(storage(), id)).toMatchObject([{ params: {} }])
  })

  it('sets a parameter once', async () => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    await storage().setParams(trialId, { x: 0.5 }, { x: REAL })
    await expect(storage().setParams(trialId, { y: 1, x: 0.25 }, { x: REAL, y: REAL })).rejects.toThrow(StudyError)
    expect(await readAll(storage(), id)).toMatchObject([{ params: { x: 0.5 } }])
    expect(Object.keys((await readAll(storage(), id))[0]?.params ?? {})).toEqual(['x'])
  })
}

function describeNumbers({ storage, second }: StorageFixture): void {
  it.each(AWKWARD_NUMBERS.map((x) => [x]))('keeps %d to the last bit wherever it stands', async (x) => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    await storage().setParams(trialId, { x }, { x: REAL })
    await storage().report(trialId, 0, x)
    await storage().setTrialAttr(trialId, 'user', 'x', x)
    await storage().finish(trialId, { state: 'complete', values: [x, x] })
    expect(await readAll(await second(), id)).toMatchObject([
      { params: { x }, reports: [[0, x]], userAttrs: { x }, values: [x, x] },
    ])
  })

  it('keeps NaN in reports and attributes', async () => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    await storage().report(trialId, 3, Number.NaN)
    await storage().setTrialAttr(trialId, 'system', 'x', Number.NaN)
    expect(await readAll(await second(), id)).toMatchObject([
      { reports: [[3, Number.NaN]], systemAttrs: { x: Number.NaN } },
    ])
  })

  it('stores −0 as 0 in parameters, reports and values', async () => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    await storage().setParams(trialId, { x: -0 }, { x: REAL })
    await storage().report(trialId, 0, -0)
    await storage().finish(trialId, { state: 'complete', values: [-0] })
    expect(await readAll(await second(), id)).toMatchObject([{ params: { x: 0 }, reports: [[0, 0]], values: [0] }])
  })

  it('refuses NaN as the value of a complete trial, and drops it from a pruned one', async () => {
    const id = await newStudy(storage())
    const a = await newTrial(storage(), id)
    await expect(storage().finish(a.id, { state: 'complete', values: [1, Number.NaN] })).rejects.toThrow(StudyError)
    await expect(storage().finish(a.id, { state: 'complete', values: [] })).rejects.toThrow(StudyError)
    await expect(storage().createTrial(id, { state: 'complete', values: [Number.NaN] })).rejects.toThrow(StudyError)
    expect(await readAll(storage(), id)).toMatchObject([{ state: 'running' }])
    expect(await storage().finish(a.id, { state: 'pruned', values: [Number.NaN] })).toBe(true)
    expect(await readAll(storage(), id)).toMatchObject([{ state: 'pruned', values: [] }])
  })

  it('keeps reports ascending by step, the first value of a step', async () => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    for (const [step, value] of [
      [9, 0.5],
      [1, 0.75],
      [4, 3],
      [1, 99],
      [9, 98],
      [0, 1],
      [2 ** 40, 7],
    ] as const) {
      await storage().report(trialId, step, value)
    }
    const expected = [
      [0, 1],
      [1, 0.75],
      [4, 3],
      [9, 0.5],
      [2 ** 40, 7],
    ]
    expect(await readAll(await second(), id)).toMatchObject([{ reports: expected }])
  })
}

const contents = {
  params: EVERY_VALUE,
  distributions: EVERY_KIND,
  reports: [
    [0, Number.POSITIVE_INFINITY],
    [1, Number.NaN],
    [9, 0.5],
  ],
  userAttrs: { note: 'zoë 🎼', accuracy: 0.91 },
  systemAttrs: { 'diapason:continues': 3 },
} as const

const ONE: Distribution = { kind: 'categorical', choices: ['a', 'b'] }
const INT: Distribution = { kind: 'int', low: 1, high: 4, log: false, step: 1 }
const incompatible: readonly (readonly [string, Distribution, Distribution])[] = [
  ['a float and an int', { ...INT, kind: 'float' }, INT],
  ['an int and a choice', INT, ONE],
  ['a linear and a log scale', INT, { ...INT, log: true }],
  ['other choices', ONE, { kind: 'categorical', choices: ['a', 'b', 'c'] }],
  ['choices in another order', ONE, { kind: 'categorical', choices: ['b', 'a'] }],
]

function anyValue(distribution: Distribution) {
  return distribution.kind === 'categorical' ? (distribution.choices[0] ?? null) : distribution.low
}
