import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noPostgres, type PostgresServer, runSql, startPostgres } from '../../../../test/postgres/server.ts'
import { pageSizes } from '../testing/storage-steps.ts'
import { describeStorage } from '../testing/storage-suite.ts'
import { openPostgres } from './postgres.ts'
import * as handWritten from './postgres-statements.ts'
import { postgresDialect } from './sql/postgres-dialect.ts'
import type { Statement } from './sql/statement.ts'
import { trialStatements } from './sql/trial-statements.ts'

it('CI runs the tests with PostgreSQL', () => {
  if (process.env.CI === 'true') expect(noPostgres).toBe('')
})

describe.skipIf(noPostgres !== '')('PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({ fsync: 'off' })
  })
  // A hundred databases are tens of thousands of files.
  afterAll(() => server.dispose(), 180_000)

  describeStorage('postgres', async () => {
    const url = await server.createDatabase()
    const storage = await openPostgres(url)
    return {
      storage,
      reopen: () => openPostgres(url),
      dispose: () => storage.close(),
    }
  })

  describe('an error', () => {
    const messageOf = async (url: string) => {
      const error: unknown = await openPostgres(url, { timeoutMs: 0 }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'StorageError' })
      const { message, stack, cause } = error as Error
      expect(`${message} ${stack} ${String(cause)}`).not.toMatch(/wr0ng|cr@t|cr%40t/)
      return message
    }

    it('tells of a wrong password without telling it', async () => {
      const url = server.url().replace(/:[^:@/]*@/, ':wr0ng@')
      expect(await messageOf(url)).toMatch(/tune:\*\*\*@.*does not let this user in.*PGPASSWORD/)
    })

    it.each([
      [
        'a database that is not there',
        (url: string) => url.replace(/postgres$/, 'nowhere'),
        /does not exist.*createdb/,
      ],
      ['a server that is not there', (url: string) => url.replace(/:\d+\//, ':1/'), /No PostgreSQL server answers/],
      [
        'a host that is not there',
        (url: string) => url.replace('127.0.0.1', 'nowhere.invalid'),
        /host .* is not known/,
      ],
      ['a server without TLS', (url: string) => `${url}?sslmode=require`, /No secure connection.*sslmode/],
    ])('tells of %s', async (_, change, expected) => {
      expect(await messageOf(change(server.url()))).toMatch(expected)
    })

    it('tells of tables that are not ours, and of an older schema', async () => {
      const url = await server.createDatabase()
      await runSql(url, 'create table trials (id integer)')
      expect(await messageOf(url)).toMatch(/has a table "trials" of some other program.*search_path/)
      const old = await server.createDatabase()
      await (await openPostgres(old)).close()
      await runSql(old, "update alembic_version set version_num = 'v3.0.0.d'")
      expect(await messageOf(old)).toMatch(/older Optuna.*optuna storage upgrade/)
    })
  })

  it('shares a database with other programs, in a schema of its own or beside their tables', async () => {
    const url = await server.createDatabase()
    await runSql(url, 'create table runs (id integer); create schema tuning')
    for (const place of [url, `${url}?options=-csearch_path%3Dtuning`]) {
      const storage = await openPostgres(place)
      await storage.createStudy('digits', ['minimize'])
      await storage.close()
    }
    expect(await runSql(url, 'select study_name from tuning.studies')).toEqual([{ study_name: 'digits' }])
  })

  it('hands out as many trials at once as were asked for', async () => {
    const storage = await openPostgres(await server.createDatabase())
    const { id } = await storage.createStudy('digits', ['minimize'])
    for (let i = 0; i < 7; i++) await storage.createTrial(id, { state: 'complete', values: [i] })
    expect(await pageSizes(storage, id, 3)).toEqual([3, 3, 1, 0])
    expect((await storage.readTrials(id)).trials).toHaveLength(7)
    await storage.close()
  })

  it('is opened by many at once, of whom one creates the tables', async () => {
    const url = await server.createDatabase()
    const opened = await Promise.all(Array.from({ length: 8 }, () => openPostgres(url)))
    await Promise.all(opened.map((storage, i) => storage.createStudy(`study ${i}`, ['minimize'])))
    expect(await opened[0]?.listStudies()).toHaveLength(8)
    await Promise.all(opened.map((storage) => storage.close()))
  })

  it('is used by someone who may not create anything', async () => {
    const url = await server.createDatabase()
    await (await openPostgres(url)).close()
    await runSql(url, "create role worker login password 'plain'; grant usage on schema public to worker")
    await runSql(url, 'grant select, insert, update, delete on all tables in schema public to worker')
    await runSql(url, 'grant usage on all sequences in schema public to worker')
    const storage = await openPostgres(url.replace(/\/\/.*@/, '//worker:plain@'))
    const { id } = await storage.createStudy('digits', ['minimize'])
    expect(await storage.createTrial(id, { state: 'running' })).toMatchObject({ number: 0 })
    await storage.close()
  })

  it('stores reports and heartbeats that come together, and refuses those it must without the others', async () => {
    const url = await server.createDatabase()
    const [storage, other] = [await openPostgres(url), await openPostgres(url)]
    // As Optuna makes it.
    await runSql(url, 'alter table trial_intermediate_values alter column step type integer')
    const { id } = await storage.createStudy('digits', ['minimize'])
    const create = () => storage.createTrial(id, { state: 'running', heartbeat: true })
    const ids = (await Promise.all(Array.from({ length: 20 }, create))).map((trial) => trial?.id ?? Number.NaN)
    const [ended = Number.NaN, ...running] = ids
    await storage.finish(ended, { state: 'failed', reason: 'ended' })
    const told: number[] = []
    const tell = async (trialId: number, step: number) => {
      await storage.report(trialId, step, Number.NaN)
      told.push(trialId)
      // What is acknowledged is there for everybody.
      if (told.length % 7 === 0) {
        const { trials } = await other.readTrials(id)
        expect(trials.find((trial) => trial.id === trialId)?.reports).toContainEqual([step, Number.NaN])
      }
    }
    const all = await Promise.allSettled([
      ...running.map((trialId) => tell(trialId, 1)),
      tell(ended, 1),
      tell(running[0] ?? Number.NaN, 2 ** 40),
      ...running.map((trialId) => tell(trialId, 2)),
      ...running.map((trialId) => storage.heartbeat(trialId)),
      storage.heartbeat(ended),
    ])
    const reasons = all.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
    expect(reasons).toEqual([
      expect.stringMatching(/is failed/),
      expect.stringMatching(/cannot hold a number that large/),
      expect.stringMatching(/is failed/),
    ])
    const { trials } = await other.readTrials(id)
    for (const trial of trials.slice(1)) expect(trial.reports.map(([step]) => step)).toEqual([1, 2])
    await Promise.all([storage.close(), other.close()])
  })

  it('asks the index alone for waiting and stale trials, and never reads a table of history', async () => {
    const url = await server.createDatabase()
    await (await openPostgres(url)).close()
    const fill = `insert into studies (study_name) values ('long');
      insert into trials (number, study_id, state) select n, 1, 'COMPLETE' from generate_series(0, 19999) n;
      insert into trial_params (trial_id, param_name, param_value) select trial_id, 'x', 0 from trials;
      insert into trial_values (trial_id, objective, value, value_type) select trial_id, 0, 0, 'FINITE' from trials;
      insert into trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)
        select trial_id, 1, 0, 'FINITE' from trials;
      insert into trial_user_attributes (trial_id, key) select trial_id, 'k' from trials;
      insert into trial_system_attributes (trial_id, key) select trial_id, 'k' from trials;
      insert into trial_heartbeats (trial_id, heartbeat) select trial_id, now() from trials;
      analyze`
    await runSql(url, fill)
    const statements: { readonly [name: string]: Statement<never, unknown> } = Object.fromEntries(
      Object.entries({ ...trialStatements(postgresDialect()), ...handWritten }).map(([name, one]) => [
        name,
        typeof one === 'function' ? one(4) : one,
      ]),
    )
    for (const [name, { sql }] of Object.entries(statements)) {
      // Asked once for each name in a process, and may look through a study for one that is not there.
      if (name === 'firstDistribution') continue
      const plain = `prepare p as ${sql}`
      const count = Math.max(0, ...(sql.match(/(?<=\$)\d+/g) ?? []).map(Number))
      const args = Array.from({ length: count }, () => 'null').join(', ')
      const plan = await runSql(
        url,
        `${plain}; set plan_cache_mode = force_generic_plan; explain execute p${count > 0 ? `(${args})` : ''}`,
      )
      const index = indexNeeded[name]
      if (index !== undefined) expect([name, JSON.stringify(plan)]).toEqual([name, expect.stringContaining(index)])
      expect([name, JSON.stringify(plan)]).toEqual([name, expect.not.stringMatching(/Seq Scan/)])
    }
  })
})

// Where another index would do as well while the study is alone in its database.
const indexNeeded: { readonly [statement: string]: string } = {
  nextWaiting: 'ix_diapason_unfinished_trials',
  claim: 'ix_diapason_unfinished_trials',
  stale: 'ix_diapason_unfinished_trials',
  lastNumber: 'ix_diapason_trial_numbers',
  headsAfter: 'ix_diapason_trial_numbers',
  createRunning: 'ix_diapason_trial_numbers',
  readWhole: 'ix_diapason_trial_numbers',
}
