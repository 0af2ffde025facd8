import type { Distribution } from '../../space/distribution.ts'
import type { Attributes, TrialRecord } from '../../trial/trial-record.ts'
import { distributionJson } from '../optuna-distribution.ts'
import { stringifyPythonJson } from '../python-json.ts'
import {
  noStudy,
  noTrial,
  outcomeValues,
  paramTwice,
  type StoredParam,
  storedNumber,
  storedParams,
  wrongState,
} from '../rules.ts'
import type { NewTrial, Outcome, Storage } from '../storage.ts'
import { type Entry, entryOf, recordOf } from '../trial-entry.ts'
import { insertRows, type Session } from './driver.ts'
import { REASON_KEY, stateFrom, storedNumberType, storedState } from './records.ts'
import type { SqlParts } from './sql-parts.ts'
import { timeFromText, timeText } from './stored-text.ts'

type TrialSteps = Pick<
  Storage,
  'createTrial' | 'claimWaiting' | 'setParams' | 'report' | 'setTrialAttr' | 'finish' | 'heartbeat' | 'staleTrials'
>

export function trialSteps(parts: SqlParts): TrialSteps {
  const { driver, studies, trials, reader, log, firsts, now } = parts
  return {
    async createTrial(studyId, trial, limit = Number.POSITIVE_INFINITY) {
      const draft = draftOf(parts, trial)
      const { record, found } = await driver.transaction(
        'write',
        (session) => appendTrial(parts, session, studyId, draft, limit),
        async (session, { record }) => record !== undefined && isStored(parts, session, record),
      )
      firsts.keep(studyId, found)
      return record
    },

    async claimWaiting(studyId, { systemAttrs = {}, heartbeat = false } = {}) {
      // Looked for first, so that asking an empty queue does not wait for writers.
      const waits = await driver.transaction('read', async (session) => {
        if ((await session.all(trials.nextWaiting, { studyId })).length > 0) return true
        if ((await session.all(studies.exists, { studyId })).length === 0) throw noStudy(studyId)
        return false
      })
      if (!waits) return undefined
      const attrs = jsonAttrs(systemAttrs)
      const started = timeText(now())
      const claim = async (session: Session) => {
        const [claimed] = await session.all(trials.claim, { studyId, started })
        if (claimed === undefined) return undefined
        const trialId = claimed.trial_id
        await insertRows(
          session,
          trials.setSystemAttrs,
          attrs.map((attr) => ({ trialId, ...attr })),
        )
        if (heartbeat) await session.run(trials.heartbeat, { trialId })
        log.note(trialId)
        return (await reader.byIds(session, [trialId]))[0]
      }
      return driver.transaction(
        'write',
        claim,
        async (session, record) => record !== undefined && isStored(parts, session, record),
      )
    },

    async setParams(trialId, params, distributions) {
      const stored = storedParams(params, distributions)
      const write = async (session: Session) => {
        const studyId = await needRunning(parts, session, trialId)
        const found = await firsts.check(session, studyId, stored)
        await insertParams(parts, session, trialId, stored)
        log.note(trialId)
        return { studyId, found }
      }
      const { studyId, found } = await driver.transaction('write', write, async (session) => {
        const [record] = await reader.byIds(session, [trialId])
        return stored.every(({ name }) => Object.hasOwn(record?.params ?? {}, name))
      })
      firsts.keep(studyId, found)
    },

    async report(trialId, step, value) {
      await driver.transaction('write', async (session) => {
        await needRunning(parts, session, trialId)
        await insertReports(parts, session, trialId, [[step, storedNumber(value)]])
        log.note(trialId)
      })
    },

    async setTrialAttr(trialId, kind, key, value) {
      const json = stringifyPythonJson(value)
      const statements = kind === 'user' ? trials.setUserAttrs : trials.setSystemAttrs
      await driver.transaction('write', async (session) => {
        const { state } = await stateOf(parts, session, trialId)
        if (state !== 'waiting' && state !== 'running') throw wrongState(trialId, state, 'waiting and running')
        await session.run(statements(1), { trialId, key, json })
        log.note(trialId)
      })
    },

    async finish(trialId, outcome, successor) {
      const values = outcomeValues(outcome)
      const completed = timeText(now())
      const draft = successor === undefined ? undefined : draftOf(parts, successor)
      const end = async (session: Session) => {
        const changed = await session.run(trials.finish, { trialId, state: storedState(outcome.state), completed })
        if (changed === 0) {
          await stateOf(parts, session, trialId)
          return false
        }
        if (draft !== undefined) {
          const { studyId } = await stateOf(parts, session, trialId)
          await appendTrial(parts, session, studyId, draft)
        }
        await insertValues(parts, session, trialId, values)
        const attrs = reasonAttrs(outcome).map((attr) => ({ trialId, ...attr }))
        await insertRows(session, trials.setSystemAttrs, attrs)
        log.note(trialId)
        return true
      }
      return driver.transaction('write', end, async (session, hasEnded) => {
        const [head] = await session.all(trials.heads(1), { id: trialId })
        const finishedAt = head?.datetime_complete ?? undefined
        return hasEnded && finishedAt !== undefined && timeFromText(finishedAt) === timeFromText(completed)
      })
    },

    async heartbeat(trialId) {
      await driver.transaction('write', async (session) => {
        await needRunning(parts, session, trialId)
        await session.run(trials.heartbeat, { trialId })
      })
    },

    async staleTrials(studyId, graceMs) {
      return driver.transaction('read', async (session) => {
        const rows = await session.all(trials.stale, { studyId, graceMs })
        if (rows.length === 0 && (await session.all(studies.exists, { studyId })).length === 0) throw noStudy(studyId)
        return rows.map((row) => row.trial_id)
      })
    },
  }
}

/** A trial to be, checked before anything is written. */
interface Draft {
  readonly trial: NewTrial
  readonly params: readonly StoredParam[]
  readonly entry: Entry
  readonly attrs: ReturnType<typeof templateAttrs>
}

function draftOf({ now }: SqlParts, trial: NewTrial): Draft {
  const params = storedParams(trial.params ?? {}, trial.distributions ?? {})
  const entry = entryOf({ id: 0, number: 0, now: now() }, trial, params)
  return { trial, params, entry, attrs: templateAttrs(trial, entry) }
}

/** Gives a trial the next number, unless the study holds `limit` trials already. `found` is for {@link FirstDistributions.keep}. */
async function appendTrial(
  parts: SqlParts,
  session: Session,
  studyId: number,
  { trial, params, entry, attrs }: Draft,
  limit = Number.POSITIVE_INFINITY,
): Promise<{ readonly record: TrialRecord | undefined; readonly found: ReadonlyMap<string, Distribution> }> {
  const { studies, trials, firsts, log } = parts
  if ((await session.all(studies.lock, { studyId })).length === 0) throw noStudy(studyId)
  const number = ((await session.all(trials.lastNumber, { studyId }))[0]?.number ?? -1) + 1
  if (number >= limit) return { record: undefined, found: new Map() }
  const found = await firsts.check(session, studyId, params)
  const id = await insertTrial(parts, session, studyId, { ...entry, number })
  await insertParams(parts, session, id, params)
  await insertValues(parts, session, id, entry.outcome?.values ?? [])
  await insertReports(parts, session, id, entry.reports)
  const rowsOf = (list: readonly { readonly key: string; readonly json: string }[]) =>
    list.map((attr) => ({ trialId: id, ...attr }))
  await insertRows(session, trials.setUserAttrs, rowsOf(attrs.user))
  await insertRows(session, trials.setSystemAttrs, rowsOf(attrs.system))
  if (trial.heartbeat) await session.run(trials.heartbeat, { trialId: id })
  log.noteCreated(studyId, id)
  return { record: recordOf({ ...entry, id, number }), found }
}

/** Is this very trial there? Ids may be used again after a crash; a start in the same microsecond is not. */
async function isStored({ reader }: SqlParts, session: Session, { id, number, startedAt }: TrialRecord) {
  const [found] = await reader.byIds(session, [id])
  return found?.number === number && found.startedAt === startedAt
}

async function stateOf({ trials }: SqlParts, session: Session, trialId: number) {
  const [row] = await session.all(trials.state, { trialId })
  if (row === undefined) throw noTrial(trialId)
  return { studyId: row.study_id, state: stateFrom(row.state) }
}

/** @returns the trial's study */
async function needRunning(parts: SqlParts, session: Session, trialId: number): Promise<number> {
  const { studyId, state } = await stateOf(parts, session, trialId)
  if (state !== 'running') throw wrongState(trialId, state, 'running')
  return studyId
}

async function insertTrial({ trials }: SqlParts, session: Session, studyId: number, entry: Entry): Promise<number> {
  const [row] = await session.all(trials.insert, {
    studyId,
    number: entry.number,
    state: storedState(entry.state),
    started: entry.startedAt === undefined ? null : timeText(entry.startedAt),
    completed: entry.outcome === undefined ? null : timeText(entry.outcome.finishedAt),
  })
  return row?.trial_id ?? Number.NaN
}

async function insertParams({ trials }: SqlParts, session: Session, trialId: number, params: readonly StoredParam[]) {
  const rows = params.map(({ name, stored, distribution }) => ({
    trialId,
    name,
    value: stored,
    json: distributionJson(distribution),
  }))
  const inserted = await insertRows(session, trials.insertParams, rows)
  if (inserted < rows.length) {
    throw paramTwice(trialId, rows.map((row) => row.name).join('" or "'))
  }
}

async function insertValues({ trials }: SqlParts, session: Session, trialId: number, values: readonly number[]) {
  const rows = values.map((value, objective) => ({ trialId, objective, ...storedValue(value) }))
  await insertRows(session, trials.insertValues, rows)
}

async function insertReports(
  { trials }: SqlParts,
  session: Session,
  trialId: number,
  reports: readonly (readonly [step: number, value: number])[],
) {
  await insertRows(
    session,
    trials.insertReports,
    reports.map(([step, value]) => ({ trialId, step, ...storedValue(value) })),
  )
}

function storedValue(value: number) {
  return { value: Number.isFinite(value) ? value : null, type: storedNumberType(value) }
}

function templateAttrs(trial: NewTrial, draft: Entry) {
  const outcome: Outcome | undefined =
    draft.state === 'failed' ? { state: 'failed', reason: draft.outcome?.reason ?? '' } : undefined
  return {
    user: jsonAttrs(trial.userAttrs ?? {}),
    system: [...jsonAttrs(trial.systemAttrs ?? {}), ...(outcome === undefined ? [] : reasonAttrs(outcome))],
  }
}

function reasonAttrs(outcome: Outcome) {
  return outcome.state === 'failed' ? [{ key: REASON_KEY, json: stringifyPythonJson(outcome.reason) }] : []
}

function jsonAttrs(attrs: Attributes) {
  return Object.entries(attrs).map(([key, value]) => ({ key, json: stringifyPythonJson(value) }))
}
