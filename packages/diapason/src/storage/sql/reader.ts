import type { Distribution } from '../../space/distribution.ts'
import { isFinished, type TrialRecord } from '../../trial/trial-record.ts'
import { distributionFromJson } from '../optuna-distribution.ts'
import { noStudy } from '../rules.ts'
import type { Cursor } from '../storage.ts'
import { type Session, selectByIds } from './driver.ts'
import {
  attributeFrom,
  emptyParts,
  numberFrom,
  paramFrom,
  recordFrom,
  type TrialHead,
  type TrialParts,
} from './records.ts'
import type { StudyStatements } from './study-statements.ts'
import type { TrialStatements } from './trial-statements.ts'
import type { WriteLog } from './write-log.ts'

/** Where a reader of one study stands. */
interface SqlCursor {
  readonly lastNumber: number
  /** Trials that were not finished when they were read last. */
  readonly unfinished: readonly number[]
  readonly foreignWrites: number | undefined
  readonly writes: number
  /** A limit ended the last reading: there may be more that is not new. */
  readonly hasMore: boolean
}

const START: SqlCursor = { lastNumber: -1, unfinished: [], foreignWrites: undefined, writes: -1, hasMore: false }

// Rows take several times the room of the records made from them, so that a large study is read in pages.
const PAGE = 512

/** Reads trials; keeps one object for each distribution, however many trials share it. */
export interface TrialReader {
  /** What is new or may have changed since the cursor, and the next cursor. */
  read(
    session: Session,
    studyId: number,
    since: Cursor,
    limit?: number,
  ): Promise<{ readonly trials: TrialRecord[]; readonly cursor: Cursor }>
  byIds(session: Session, ids: readonly number[]): Promise<TrialRecord[]>
  distribution(json: string): Distribution
}

export function newTrialReader(studies: StudyStatements, statements: TrialStatements, log: WriteLog): TrialReader {
  const distribution = distributionCache()

  async function records(session: Session, heads: readonly TrialHead[]): Promise<TrialRecord[]> {
    const found: TrialRecord[] = []
    for (let i = 0; i < heads.length; i += PAGE) {
      const page = heads.slice(i, i + PAGE)
      const parts = new Map(page.map((head) => [head.trial_id, emptyParts()]))
      await fillParts(session, statements, parts, distribution)
      for (const head of page) found.push(recordFrom(head, parts.get(head.trial_id) ?? emptyParts()))
    }
    return found.sort((a, b) => a.number - b.number)
  }

  return {
    distribution,

    async byIds(session, ids) {
      return records(session, await selectByIds(session, statements.heads, ids))
    },

    async read(session, studyId, since, limit) {
      const from = isCursor(since) ? since : START
      const foreignWrites = session.foreignWrites()
      const writes = log.count
      const alone = foreignWrites !== undefined && foreignWrites === from.foreignWrites
      const stale = alone ? from.unfinished.filter((id) => log.changedSince(id, from.writes)) : from.unfinished
      const heads = await selectByIds(session, statements.heads, stale)
      const lost = heads.length < stale.length
      let hasMore = false
      if (!alone || from.hasMore || log.grownSince(studyId, from.writes)) {
        const after = { studyId, lastNumber: from.lastNumber }
        const rows =
          limit === undefined
            ? await session.all(statements.headsAfter, after)
            : await session.all(statements.headsPage, { ...after, limit })
        hasMore = rows.length === limit
        for (const row of rows) heads.push(row)
      }
      if (from === START || lost) {
        if ((await session.all(studies.exists, { studyId })).length === 0) throw noStudy(studyId)
      }
      const trials = await records(session, heads)
      return { trials, cursor: nextCursor(from, stale, trials, { foreignWrites, writes, hasMore }) }
    },
  }
}

function nextCursor(
  from: SqlCursor,
  stale: readonly number[],
  trials: readonly TrialRecord[],
  place: Pick<SqlCursor, 'foreignWrites' | 'writes' | 'hasMore'>,
): SqlCursor {
  if (trials.length === 0 && stale.length === 0) return { ...from, ...place }
  const read = new Set(stale)
  const unfinished = from.unfinished.filter((id) => !read.has(id))
  let { lastNumber } = from
  for (const trial of trials) {
    if (!isFinished(trial)) unfinished.push(trial.id)
    lastNumber = Math.max(lastNumber, trial.number)
  }
  return { lastNumber, unfinished, ...place }
}

function isCursor(cursor: Cursor): cursor is SqlCursor {
  return typeof cursor === 'object' && cursor !== null && 'unfinished' in cursor
}

async function fillParts(
  session: Session,
  statements: TrialStatements,
  parts: ReadonlyMap<number, TrialParts>,
  distribution: (json: string) => Distribution,
): Promise<void> {
  const ids = [...parts.keys()]
  for (const row of await selectByIds(session, statements.params, ids)) {
    const part = parts.get(row.trial_id)
    const drawnFrom = distribution(row.distribution_json)
    part?.params.push([row.param_name, paramFrom(row.param_name, drawnFrom, row.param_value)])
    part?.distributions.push([row.param_name, drawnFrom])
  }
  for (const row of await selectByIds(session, statements.values, ids)) {
    parts.get(row.trial_id)?.values.push(numberFrom(row.value_type, row.value))
  }
  for (const row of await selectByIds(session, statements.reports, ids)) {
    const value = numberFrom(row.intermediate_value_type, row.intermediate_value)
    parts.get(row.trial_id)?.reports.push([row.step, value])
  }
  for (const row of await selectByIds(session, statements.userAttrs, ids)) {
    parts.get(row.id)?.userAttrs.push([row.key, attributeFrom(row.value_json)])
  }
  for (const row of await selectByIds(session, statements.systemAttrs, ids)) {
    parts.get(row.id)?.systemAttrs.push([row.key, attributeFrom(row.value_json)])
  }
}

// A study has few distributions; one whose ranges move with every trial must not fill the memory.
const MOST_DISTRIBUTIONS = 10_000

function distributionCache(): (json: string) => Distribution {
  const known = new Map<string, Distribution>()
  return (json) => {
    let found = known.get(json)
    if (found === undefined) {
      if (known.size >= MOST_DISTRIBUTIONS) known.clear()
      found = distributionFromJson(json)
      known.set(json, found)
    }
    return found
  }
}
