import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Distribution } from '../../packages/diapason/src/space/distribution.ts'
import { float } from '../../packages/diapason/src/space/nodes.ts'
import { openStorage } from '../../packages/diapason/src/storage/open-storage.ts'
import type { NewTrial, Storage } from '../../packages/diapason/src/storage/storage.ts'
import { createStudy } from '../../packages/diapason/src/study/create-study.ts'
import {
  AWKWARD_NUMBERS,
  AWKWARD_TEXTS,
  EVERY_KIND,
  EVERY_STATE,
  EVERY_VALUE,
  REAL,
} from '../../packages/diapason/src/testing/storage-samples.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../postgres/server.ts'
import { ourView } from './comparable.ts'
import { type OptunaStudy, optuna, optunaUrl, skipReason } from './python.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'diapason-python-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('CI runs the tests with Python', () => {
  if (process.env.CI === 'true') expect(skipReason).toBe('')
})

// Each run of Python takes seconds to import Optuna.
describe.skipIf(skipReason !== '')("Python's Optuna", { timeout: 180_000 }, () => {
  describe('on SQLite', () => describeSharing(async () => optunaUrl(path.join(folder, 'shared.db'))))

  describe('on a journal file', () => describeSharing(async () => `journal:${path.join(folder, 'shared.log')}`))

  describe.skipIf(noPostgres !== '')('on PostgreSQL', () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres({ fsync: 'off' })
    })
    afterAll(() => server.dispose())
    describeSharing(async () => (await server.createDatabase()).replace('postgresql://', 'postgresql+psycopg2://'))
  })
})

/** `newUrl`: an empty database, as Optuna writes its URL. */
function describeSharing(newUrl: () => Promise<string>): void {
  let url: string
  beforeEach(async () => {
    url = await newUrl()
  })

  it('reads everything that we write, to the last bit', async () => {
    const storage = await openStorage(url)
    await fillEveryKind(storage)
    await fillAwkward(storage)
    await fillTwoGoals(storage)
    await storage.createStudy('', ['maximize'])
    const ours = await ourView(storage)
    expect(await optuna('dump', url)).toEqual(ours)
    expect(ours.flatMap((study) => study.trials).length).toBeGreaterThan(20)
    await storage.close()
  })

  it('continues our study, takes our queued trial first, and we see it at once', async () => {
    const storage = await openStorage(url)
    const { id } = await storage.createStudy('tune', ['minimize'])
    for (let i = 0; i < 8; i++) await storage.createTrial(id, { ...complete, values: [i] })
    await storage.createTrial(id, { state: 'running', userAttrs: { by: 'us' } })
    await storage.createTrial(id, { state: 'waiting', systemAttrs: { fixed_params: { ...EVERY_VALUE, int: 7 } } })
    const { cursor } = await storage.readTrials(id)
    const told = (await optuna('continue', url, 'tune', '5')) as [number, [string, unknown][]][]
    expect(told.map(([number]) => number)).toEqual([9, 10, 11, 12, 13])
    expect(Object.fromEntries(told[0]?.[1] ?? [])).toEqual({ ...EVERY_VALUE, int: 7 })
    const { trials } = await storage.readTrials(id, cursor)
    const fromPython = trials.filter((trial) => trial.userAttrs.by === 'optuna')
    expect(fromPython.map((trial) => [trial.number, Object.entries(trial.params)])).toEqual(told)
    expect(fromPython).toMatchObject(
      [0, 1, 2, 3, 4].map((i) => ({ state: 'complete', values: [i], reports: [[1, 0.5]] })),
    )
    expect(fromPython[1]?.distributions).toEqual(EVERY_KIND)
    // Its times are ours: naive UTC, within the minute.
    expect(Math.abs((fromPython[0]?.startedAt ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(await optuna('dump', url)).toEqual(await ourView(storage))
    await storage.close()
  })

  it('knows the best trial that keeps its constraints, as we do', async () => {
    const storage = await openStorage(url)
    const study = await createStudy({ name: 'limits', goals: { loss: 'minimize' }, space: { x: float(0, 1) }, storage })
    for (const [loss, excess] of [
      [3, -1],
      [1, 0.5],
      [2, 0],
    ] as const) {
      const trial = await study.ask()
      await trial.constrain('latency', excess)
      await study.tell(trial, loss)
    }
    expect(await optuna('best', url, 'limits')).toEqual({
      best: 2,
      constraints: [{ latency: -1 }, { latency: 0.5 }, { latency: 0 }],
    })
    expect(study.best.number).toBe(2)
    await storage.close()
  })

  it('lets us continue a study of its own, and reads what we added', async () => {
    await optuna('create', url, 'theirs', '8')
    const storage = await openStorage(url)
    const study = await storage.findStudy('theirs')
    expect(study).toMatchObject({ directions: ['maximize'], userAttrs: { owner: 'zoë ✓' } })
    const id = study?.id ?? Number.NaN
    expect(await optuna('dump', url)).toEqual(await ourView(storage))

    const claimed = await storage.claimWaiting(id)
    expect(claimed).toMatchObject({ number: 8, userAttrs: { why: 'a hunch' } })
    expect(claimed?.systemAttrs.fixed_params).toEqual({ rate: 1e-3, layers: 2, activation: null })
    const template = (await storage.readTrials(id)).trials[0]
    const distributions: { readonly [name: string]: Distribution } = template?.distributions ?? {}
    await storage.setParams(claimed?.id ?? Number.NaN, { rate: 1e-3, layers: 2, activation: null }, distributions)
    await storage.finish(claimed?.id ?? Number.NaN, { state: 'complete', values: [0.25] })
    await storage.createTrial(id, {
      state: 'failed',
      reason: 'out of memory',
      params: template?.params ?? {},
      distributions,
    })

    const [theirs] = (await optuna('dump', url)) as OptunaStudy[]
    expect(theirs?.trials.map((trial) => trial.state)).toEqual([...Array(9).fill('complete'), 'fail'])
    expect([theirs]).toEqual(await ourView(storage))
    await storage.close()
  })

  it('and we write to one study at the same time', async () => {
    const storage = await openStorage(url)
    const { id } = await storage.createStudy('both', ['minimize'])
    await storage.createTrial(id, complete)
    let done = false
    const python = optuna('continue', url, 'both', '10').finally(() => {
      done = true
    })
    let ours = 1
    while (!done) {
      await storage.createTrial(id, complete)
      ours++
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const told = (await python) as [number, unknown][]
    const { trials } = await storage.readTrials(id)
    expect(trials.map((trial) => trial.number)).toEqual(Array.from({ length: ours + 10 }, (_, i) => i))
    expect(trials.filter((trial) => trial.userAttrs.by === 'optuna').map((trial) => trial.number)).toEqual(
      told.map(([number]) => number),
    )
    await storage.close()
  })
}

const complete: NewTrial & { state: 'complete' } = {
  state: 'complete',
  params: EVERY_VALUE,
  distributions: EVERY_KIND,
  values: [0.5],
  reports: [
    [0, Number.POSITIVE_INFINITY],
    [1, Number.NaN],
    [2, Number.NEGATIVE_INFINITY],
    [9, 0.5],
  ],
  startedAt: 1_700_000_000_123,
  finishedAt: 1_700_000_060_456.25,
}

async function fillEveryKind(storage: Storage): Promise<void> {
  const { id } = await storage.createStudy('every kind', ['minimize'], { 'study:metric_names': ['loss'] })
  await storage.setStudyAttr(id, 'user', 'nested', {
    a: [1, 2.5, null, true],
    inf: Number.POSITIVE_INFINITY,
    nan: Number.NaN,
  })
  for (const template of EVERY_STATE) await storage.createTrial(id, { ...complete, ...template })
  for (const template of EVERY_STATE) await storage.createTrial(id, { ...template, userAttrs: { note: 'zoë 🎼' } })
  const claimed = await storage.claimWaiting(id, { systemAttrs: { 'diapason:worker': 'a' } })
  const running = await storage.createTrial(id, { state: 'running' })
  for (const trial of [claimed, running]) {
    const trialId = trial?.id ?? Number.NaN
    if (trial === running) await storage.setParams(trialId, EVERY_VALUE, EVERY_KIND)
    await storage.heartbeat(trialId)
    await storage.report(trialId, 10, -1.5)
    await storage.finish(trialId, { state: 'pruned', values: [-1.5] })
  }
}

async function fillAwkward(storage: Storage): Promise<void> {
  const { id } = await storage.createStudy('awkward 學習 🎛', ['minimize', 'maximize'])
  for (const text of AWKWARD_TEXTS.filter((one) => one.length <= 512))
    await storage.setStudyAttr(id, 'user', text, text)
  const userAttrs = { numbers: [...AWKWARD_NUMBERS, Number.NaN], texts: AWKWARD_TEXTS }
  for (const x of AWKWARD_NUMBERS) {
    const trial = await storage.createTrial(id, { state: 'running', userAttrs })
    const trialId = trial?.id ?? Number.NaN
    await storage.setParams(trialId, { x }, { x: REAL })
    await storage.report(trialId, 2 ** 31 - 1, x)
    await storage.finish(trialId, { state: 'complete', values: [x, -x] })
  }
}

async function fillTwoGoals(storage: Storage): Promise<void> {
  const { id } = await storage.createStudy('two goals', ['maximize', 'minimize'], {
    'study:metric_names': ['accuracy', 'ms'],
  })
  for (let i = 0; i < 3; i++) {
    const systemAttrs = { 'constraints:memory': i - 1.5 }
    await storage.createTrial(id, { ...complete, values: [i / 10, 3 - i], systemAttrs })
  }
}
