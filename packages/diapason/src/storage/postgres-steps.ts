import { isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { inBatches } from './batches.ts'
import { distributionJson } from './optuna-distribution.ts'
import type { PostgresDriver } from './postgres-driver.ts'
import { isTaken } from './postgres-errors.ts'
import * as statements from './postgres-statements.ts'
import { stringifyPythonJson } from './python-json.ts'
import { noStudy, noTrial, outcomeValues, storedNumber, storedParams } from './rules.ts'
import type { Session } from './sql/driver.ts'
import { attributeFrom, numberFrom, paramFrom, recordFrom, storedNumberType, storedState } from './sql/records.ts'
import type { SqlParts } from './sql/sql-parts.ts'
import { timeFromText, timeText } from './sql/stored-text.ts'
import type { Cursor, NewTrial, Storage } from './storage.ts'
import { entryOf, recordOf } from './trial-entry.ts'

type HotSteps = Pick<Storage, 'createTrial' | 'setParams' | 'report' | 'finish' | 'heartbeat' | 'readTrials'>

/** As many trials as one read asks for. */
const PAGE = 512

/**
 * The steps that every trial takes, in one statement each. What is out of the ordinary, errors included, is left to the
 * generic steps, which look closer.
 */
export function postgresSteps(driver: PostgresDriver, parts: SqlParts, generic: Storage): HotSteps {
  const { trials, studies, firsts, now } = parts
  /**
   * Trials that were created here and run. Their creation need not be on the disk yet, so that other workers do not wait for
   * it; what is written next, their parameters, takes it there, if it is still the same trial.
   */
  const created = new Map<number, { readonly studyId: number; readonly started: string }>()

  /** Whether the trial runs and was written to; what workers of one process, or behind one gateway, send at the same time shares a statement. */
  const addReport = inBatches(async (reports: readonly Report[]) => {
    const trialIds = reports.map(({ trialId }) => trialId)
    const args = {
      trialIds,
      steps: reports.map(({ step }) => step),
      values: reports.map(({ value }) => value),
      types: reports.map(({ type }) => type),
    }
    const rows = await driver.single((session) => session.all(statements.addReports, args))
    return areAmong(rows, trialIds)
  })
  const beat = inBatches(async (trialIds: readonly number[]) =>
    areAmong(await driver.single((session) => session.all(statements.beat, { trialIds })), trialIds),
  )

  return {
    async createTrial(studyId, trial, limit = Number.POSITIVE_INFINITY) {
      if (!isPlain(trial)) return generic.createTrial(studyId, trial, limit)
      const entry = entryOf({ id: 0, number: 0, now: now() }, trial, [])
      const started = timeText(entry.startedAt ?? now())
      const attrs = Object.entries(trial.systemAttrs ?? {}).map(([key, value]) => [key, stringifyPythonJson(value)])
      const args = {
        studyId,
        started,
        limit,
        keys: attrs.map(([key]) => key ?? ''),
        jsons: attrs.map(([, json]) => json ?? ''),
        heartbeat: trial.heartbeat === true,
      }
      const create = async (session: Session) => {
        // Sent together; the second begins to look once it has the lock that the first one waits for.
        const lock = session.all(studies.lock, { studyId })
        const creation = session.all(statements.createRunning, args)
        creation.catch(() => {})
        if ((await lock).length === 0) throw noStudy(studyId)
        return (await creation)[0]
      }
      const worker = args.jsons[args.keys.indexOf('diapason:worker')]
      const find = async (session: Session) => {
        const known = [...created.keys()]
        return worker === undefined
          ? undefined
          : (await session.all(statements.createdUnheard, { studyId, started, worker, known }))[0]
      }
      const row = await driver.together(create, find)
      if (row === undefined) return undefined
      created.set(row.trial_id, { studyId, started })
      return recordOf({ ...entry, id: row.trial_id, number: row.number })
    },

    async setParams(trialId, params, distributions) {
      const stored = storedParams(params, distributions)
      const own = created.get(trialId)
      if (own === undefined) return generic.setParams(trialId, params, distributions)
      if (!firsts.knows(own.studyId, stored)) {
        await driver.single((session) => needSame(session, parts, trialId, own.started))
        return generic.setParams(trialId, params, distributions)
      }
      const args = {
        trialId,
        started: own.started,
        names: stored.map(({ name }) => name),
        values: stored.map((param) => param.stored),
        jsons: stored.map(({ distribution }) => distributionJson(distribution)),
      }
      const isDone = async (session: Session) => {
        const rows = await session.all(trials.params(1), { id: trialId })
        const values = new Map(rows.map((row) => [row.param_name, row.param_value]))
        return stored.every((param) => values.get(param.name) === param.stored) || undefined
      }
      const isSet = await driver
        .single(async (session) => (await session.all(statements.addParams, args)).length > 0, isDone)
        .catch((error: unknown) => {
          if (isTaken((error as Error).cause)) return false
          throw error
        })
      if (isSet) return
      await driver.single((session) => needSame(session, parts, trialId, own.started))
      await generic.setParams(trialId, params, distributions)
    },

    async report(trialId, step, value) {
      if (!(await addReport({ trialId, step, ...column(storedNumber(value)) }))) {
        await generic.report(trialId, step, value)
      }
    },

    async heartbeat(trialId) {
      if (!(await beat(trialId))) await generic.heartbeat(trialId)
    },

    async finish(trialId, outcome, successor) {
      if (successor !== undefined) return generic.finish(trialId, outcome, successor)
      const columns = outcomeValues(outcome).map(column)
      const args = {
        trialId,
        state: storedState(outcome.state),
        completed: timeText(now()),
        values: columns.map(({ value }) => value),
        types: columns.map(({ type }) => type),
        reason: outcome.state === 'failed' ? stringifyPythonJson(outcome.reason) : null,
      }
      const isDone = async (session: Session) => {
        const [head] = await session.all(trials.heads(1), { id: trialId })
        const finishedAt = head?.datetime_complete ?? undefined
        return (finishedAt !== undefined && timeFromText(finishedAt) === timeFromText(args.completed)) || undefined
      }
      const hasEnded = await driver.single(
        async (session) => (await session.all(statements.end, args)).length > 0,
        isDone,
      )
      created.delete(trialId)
      return hasEnded || generic.finish(trialId, outcome)
    },

    readTrials: (studyId, since, limit) => readTrials(driver, parts, { studyId, since, limit }),
  }
}

interface Report extends ReturnType<typeof column> {
  readonly trialId: number
  readonly step: number
}

function areAmong(rows: readonly { readonly trial_id: number }[], trialIds: readonly number[]): readonly boolean[] {
  const found = new Set(rows.map((row) => row.trial_id))
  return trialIds.map((id) => found.has(id))
}

/** A trial that only starts; imports and queued ones are not of every trial. */
function isPlain({ state, params, values, reports, userAttrs }: NewTrial): boolean {
  const isEmpty = [params, values, reports, userAttrs].every((part) => Object.keys(part ?? {}).length === 0)
  return state === 'running' && isEmpty
}

/** @throws {StudyError} where the server crashed before the creation was on its disk: what has the id now is another trial */
async function needSame(session: Session, { trials }: SqlParts, trialId: number, started: string): Promise<void> {
  const [head] = await session.all(trials.heads(1), { id: trialId })
  const startedAt = head?.datetime_start ?? undefined
  if (startedAt === undefined || timeFromText(startedAt) !== timeFromText(started)) throw noTrial(trialId)
}

function column(value: number) {
  return { value: Number.isFinite(value) ? value : null, type: storedNumberType(value) }
}

/** Where a reader stands: the newest trial it knows, and those that may still change. */
interface PostgresCursor {
  readonly lastNumber: number
  readonly unfinished: readonly number[]
}

const START: PostgresCursor = { lastNumber: -1, unfinished: [] }

interface Reading {
  readonly studyId: number
  readonly since: Cursor
  /** So many new trials are enough. */
  readonly limit: number | undefined
}

async function readTrials(
  driver: PostgresDriver,
  parts: SqlParts,
  { studyId, since, limit = Number.POSITIVE_INFINITY }: Reading,
) {
  const from = since === undefined ? START : (since as PostgresCursor)
  const trials: TrialRecord[] = []
  let { lastNumber } = from
  let ids = from.unfinished
  let found = 0
  for (let isMore = true; isMore; ) {
    const count = Math.min(PAGE, limit - found)
    const rows = await driver.single((session) =>
      session.all(statements.readWhole, { studyId, lastNumber, ids, count }),
    )
    const known = new Set(ids)
    const fresh = rows.filter((row) => !known.has(row.trial_id))
    if (rows.length - fresh.length < ids.length || (since === undefined && rows.length === 0)) {
      await driver.single(async (session) => {
        if ((await session.all(parts.studies.exists, { studyId })).length === 0) throw noStudy(studyId)
      })
    }
    for (const row of rows) trials.push(wholeRecord(parts, row))
    for (const row of fresh) lastNumber = Math.max(lastNumber, row.number)
    found += fresh.length
    isMore = fresh.length === count && found < limit
    ids = []
  }
  trials.sort((a, b) => a.number - b.number)
  const unfinished = trials.filter((trial) => !isFinished(trial)).map((trial) => trial.id)
  return { trials, cursor: { lastNumber, unfinished } satisfies PostgresCursor }
}

function wholeRecord({ reader }: SqlParts, row: statements.WholeTrial): TrialRecord {
  const params = (row.params ?? []).map(([name, value, json]) => {
    const distribution = reader.distribution(json)
    return { name, value: paramFrom(name, distribution, Number(value)), distribution }
  })
  return recordFrom(row, {
    params: params.map(({ name, value }) => [name, value]),
    distributions: params.map(({ name, distribution }) => [name, distribution]),
    values: (row.values ?? []).map(([type, value]) => numberFrom(type, value === null ? null : Number(value))),
    reports: (row.reports ?? []).map(([step, type, value]) => [
      step,
      numberFrom(type, value === null ? null : Number(value)),
    ]),
    userAttrs: (row.user_attrs ?? []).map(([key, json]) => [key, attributeFrom(json)]),
    systemAttrs: (row.system_attrs ?? []).map(([key, json]) => [key, attributeFrom(json)]),
  })
}
