import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paretoFront } from '../trial/ranking.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { openJournal } from './journal.ts'
import { distributionFromJson, distributionToJson } from './optuna-distribution.ts'
import { openSqlite } from './sqlite.ts'
import type { Storage, StudyRecord } from './storage.ts'

// Written and read back by Optuna 5.0.0: fixtures/make_fixtures.py.
const fixtures = path.join(import.meta.dirname, 'fixtures')
const written = path.join(fixtures, 'optuna-5.0.0.sqlite3')
const expectations: { readonly sqlite: ExpectedStudy[]; readonly journal: ExpectedStudy[] } = JSON.parse(
  await readFile(path.join(fixtures, 'expected.json'), 'utf8'),
  reviveNumber,
)

interface ExpectedStudy {
  readonly name: string
  readonly directions: readonly string[]
  readonly metricNames: readonly string[] | null
  readonly userAttrs: object
  readonly bestTrials: readonly number[]
  readonly trials: readonly ExpectedTrial[]
}

interface ExpectedTrial {
  readonly number: number
  readonly state: string
  readonly values: readonly number[] | null
  readonly params: object
  readonly distributions: { readonly [name: string]: object }
  readonly intermediateValues: { readonly [step: string]: number }
  readonly userAttrs: object
  readonly constraints: { readonly [key: string]: number }
  readonly systemAttrKeys: readonly string[]
}

function reviveNumber(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'nonFinite' in value ? Number(value.nonFinite) : value
}

describe.each([
  ['database', expectations.sqlite, () => openSqlite(written, { readOnly: true })],
  ['journal', expectations.journal, () => openJournal(`journal:${path.join(fixtures, 'optuna-5.0.0.journal.log')}`)],
] as const)("a %s that Python's Optuna wrote", (_, expected, open) => {
  let storage: Storage
  beforeAll(async () => {
    storage = await open()
  })
  afterAll(() => storage.close())

  it('lists the same studies, attributes included', async () => {
    const studies = await storage.listStudies()
    const byName = [...studies].sort((a, b) => (a.name < b.name ? -1 : 1))
    expect(byName.map(comparableStudy)).toEqual(
      expected.map(({ name, directions, metricNames, userAttrs, trials }) => ({
        name,
        directions,
        metricNames,
        userAttrs,
        trials: trials.length,
      })),
    )
  })

  it.each(expected.map((study) => [study.name, study] as const))(
    'reads every trial of "%s" as Optuna does',
    async (name, study) => {
      const record = await storage.findStudy(name)
      const { trials } = await storage.readTrials(record?.id ?? Number.NaN)
      expect(trials.map(comparableTrial)).toEqual(
        study.trials.map((trial) => ({ ...trial, values: trial.values ?? [], params: Object.entries(trial.params) })),
      )
    },
  )

  it('finds the same best trials, constraints heeded', async () => {
    for (const study of expected.filter(({ trials }) => trials.length > 0)) {
      const record = await storage.findStudy(study.name)
      const { trials } = await storage.readTrials(record?.id ?? Number.NaN)
      const goals = (record?.directions ?? []).map((direction) => ({ name: 'goal', direction }))
      expect(paretoFront(trials, goals).map((trial) => trial.number)).toEqual(study.bestTrials)
    }
  })
})

describe("times in a database that Python's Optuna wrote", () => {
  it('are read to the microsecond, as UTC', async () => {
    const storage = await openSqlite(written, { readOnly: true })
    const db = new DatabaseSync(written, { readOnly: true })
    const row = db.prepare('SELECT study_id, datetime_start AS text FROM trials WHERE trial_id = 1').get()
    db.close()
    const { trials } = await storage.readTrials(Number(row?.study_id))
    const [seconds, micros] = String(row?.text).split('.')
    await storage.close()
    expect(trials[0]?.startedAt).toBe((Date.parse(`${seconds?.replace(' ', 'T')}Z`) * 1000 + Number(micros)) / 1000)
  })
})

describe('a database that we write', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'diapason-optuna-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it("has Optuna's tables, columns, keys and version rows", async () => {
    const ours = path.join(folder, 'ours.db')
    await (await openSqlite(ours)).close()
    expect(schemaOf(ours)).toEqual(schemaOf(written))
  })

  it('continues one of Optuna and leaves its tables as they are', async () => {
    const copy = path.join(folder, 'continued.db')
    await copyFile(written, copy)
    const storage = await openSqlite(`sqlite:////${copy}`)
    const study = await storage.findStudy('tpe-hyperband')
    const before = await storage.readTrials(study?.id ?? Number.NaN)
    const template = before.trials[0]
    const trial = await storage.createTrial(study?.id ?? Number.NaN, { state: 'running' })
    expect(trial).toMatchObject({ number: 60 })
    await storage.setParams(trial?.id ?? Number.NaN, template?.params ?? {}, template?.distributions ?? {})
    await storage.finish(trial?.id ?? Number.NaN, { state: 'complete', values: [0.5] })
    const after = await storage.readTrials(study?.id ?? Number.NaN, before.cursor)
    expect(after.trials).toMatchObject([{ number: 60, params: template?.params, values: [0.5] }])
    expect((await storage.claimWaiting((await storage.findStudy('every-kind'))?.id ?? Number.NaN))?.number).toBe(8)
    await storage.close()
    expect(schemaOf(copy)).toEqual(schemaOf(written))
  })
})

describe('distributions as JSON', () => {
  it('are written as Optuna writes them', () => {
    const db = new DatabaseSync(written, { readOnly: true })
    const rows = db.prepare('SELECT DISTINCT distribution_json AS json FROM trial_params').all()
    db.close()
    expect(rows.length).toBeGreaterThan(10)
    for (const { json } of rows) expect(distributionToJson(distributionFromJson(String(json)))).toBe(json)
  })

  // repr(float) of Python 3.11.2.
  it.each([
    [1e-5, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [1e-4, '0.0001'],
    [123456789012345680, '1.2345678901234568e+17'],
    [1e16, '1e+16'],
    [1e15, '1000000000000000.0'],
    [1e300, '1e+300'],
    [5e-324, '5e-324'],
    [-0, '-0.0'],
  ])('spell %d as Python does', (low, text) => {
    const distribution = { kind: 'float', low, high: 1e301, log: false, step: null } as const
    expect(distributionToJson(distribution)).toContain(`"low": ${text},`)
    expect(distributionFromJson(distributionToJson(distribution))).toEqual(distribution)
  })

  it.each([
    [
      '{"name": "UniformDistribution", "attributes": {"low": 0, "high": 1}}',
      { kind: 'float', low: 0, high: 1, log: false, step: null },
    ],
    [
      '{"name": "LogUniformDistribution", "attributes": {"low": 1, "high": 2}}',
      { kind: 'float', low: 1, high: 2, log: true, step: null },
    ],
    [
      '{"name": "DiscreteUniformDistribution", "attributes": {"low": 0, "high": 1, "q": 0.5}}',
      { kind: 'float', low: 0, high: 1, log: false, step: 0.5 },
    ],
    [
      '{"name": "IntUniformDistribution", "attributes": {"low": 0, "high": 4, "step": 2}}',
      { kind: 'int', low: 0, high: 4, log: false, step: 2 },
    ],
    [
      '{"name": "IntLogUniformDistribution", "attributes": {"low": 1, "high": 4, "step": 1}}',
      { kind: 'int', low: 1, high: 4, log: true, step: 1 },
    ],
    ['{"type": "float", "low": 0, "high": 1}', { kind: 'float', low: 0, high: 1, log: false, step: null }],
    ['{"type": "int", "low": 1, "high": 4, "log": true}', { kind: 'int', low: 1, high: 4, log: true, step: 1 }],
    ['{"type": "categorical", "choices": [null, NaN]}', { kind: 'categorical', choices: [null, Number.NaN] }],
  ])('of older versions are read: %s', (json, distribution) => {
    expect(distributionFromJson(json)).toEqual(distribution)
  })

  it.each(['', 'null', '{"name": "BetaDistribution", "attributes": {}}', '{"type": "int", "low": "a"}'])(
    'of unknown kinds are refused: %j',
    (json) => {
      expect(() => distributionFromJson(json)).toThrow(/no known kind/)
    },
  )
})

function comparableStudy(study: StudyRecord & { readonly counts: { readonly [state: string]: number } }) {
  const { name, directions, systemAttrs, userAttrs, counts } = study
  const metricNames = systemAttrs['study:metric_names'] ?? null
  return { name, directions, metricNames, userAttrs, trials: Object.values(counts).reduce((sum, n) => sum + n, 0) }
}

function comparableTrial(trial: TrialRecord) {
  const constraints = Object.entries(trial.systemAttrs).filter(([key]) => key.startsWith('constraints:'))
  return {
    number: trial.number,
    state: trial.state === 'failed' ? 'fail' : trial.state,
    values: 'values' in trial ? trial.values : [],
    params: Object.entries(trial.params),
    distributions: Object.fromEntries(
      Object.entries(trial.distributions).map(([name, distribution]) => [
        name,
        JSON.parse(distributionToJson(distribution)),
      ]),
    ),
    intermediateValues: Object.fromEntries(trial.reports),
    userAttrs: trial.userAttrs,
    constraints: Object.fromEntries(constraints.map(([key, value]) => [key.slice('constraints:'.length), value])),
    systemAttrKeys: Object.keys(trial.systemAttrs).sort(),
  }
}

/** Tables, columns, keys and version rows; names of indexes and what Diapason adds are left out. */
function schemaOf(file: string) {
  const db = new DatabaseSync(file, { readOnly: true })
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all()
  const described = tables.map(({ name }) => ({
    name,
    columns: db
      .prepare(`PRAGMA table_info(${name})`)
      .all()
      .map((column) => ({ ...column, type: String(column.type).toUpperCase() })),
    keys: db.prepare(`PRAGMA foreign_key_list(${name})`).all(),
    indexes: db
      .prepare(`PRAGMA index_list(${name})`)
      .all()
      .filter((index) => !String(index.name).startsWith('ix_diapason'))
      .map((index) => [
        index.unique,
        index.origin,
        db
          .prepare(`PRAGMA index_info(${index.name})`)
          .all()
          .map((column) => column.name),
      ])
      .sort(),
  }))
  const versions = [db.prepare('SELECT * FROM alembic_version').all(), db.prepare('SELECT * FROM version_info').all()]
  db.close()
  return { described, versions }
}
