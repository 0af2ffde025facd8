import type { TrialRecord } from '../../trial/trial-record.ts'
import { stringifyPythonJson } from '../python-json.ts'
import { nameTaken, noStudy } from '../rules.ts'
import type { Storage, StudyRecord, StudySummary } from '../storage.ts'
import { insertRows, type Session } from './driver.ts'
import { attributesFrom, directionFrom, stateFrom, storedDirection } from './records.ts'
import type { SqlParts } from './sql-parts.ts'
import { timeFromText } from './stored-text.ts'
import type { StudyStatements } from './study-statements.ts'

type StudySteps = Pick<Storage, 'createStudy' | 'findStudy' | 'listStudies' | 'deleteStudy' | 'setStudyAttr'>

export function studySteps({ driver, studies, firsts }: SqlParts): StudySteps {
  return {
    async createStudy(name, directions, systemAttrs = {}) {
      const attrs = Object.entries(systemAttrs).map(([key, value]) => ({ key, json: stringifyPythonJson(value) }))
      const create = async (session: Session) => {
        if ((await session.all(studies.find, { name })).length > 0) throw nameTaken(name)
        const studyId = (await session.all(studies.insert, { name }))[0]?.study_id ?? Number.NaN
        await insertRows(
          session,
          studies.insertDirections,
          directions.map((direction, objective) => ({ studyId, direction: storedDirection(direction), objective })),
        )
        for (const attr of attrs) await session.run(studies.setSystemAttr, { studyId, ...attr })
        return loadStudy(session, studies, studyId, name)
      }
      return driver.transaction('write', create, async (session, { id }) => {
        return (await session.all(studies.find, { name }))[0]?.study_id === id
      })
    },

    async findStudy(name) {
      return driver.transaction('read', async (session) => {
        const [row] = await session.all(studies.find, { name })
        return row === undefined ? undefined : loadStudy(session, studies, row.study_id, name)
      })
    },

    async listStudies() {
      return driver.transaction('read', (session) => listStudies(session, studies))
    },

    async deleteStudy(studyId) {
      await driver.transaction('write', async (session) => {
        if ((await session.all(studies.lock, { studyId })).length === 0) throw noStudy(studyId)
        for (const deletion of studies.deletions) await session.run(deletion, { studyId })
      })
      firsts.forget(studyId)
    },

    async setStudyAttr(studyId, kind, key, value) {
      const json = stringifyPythonJson(value)
      const statement = kind === 'user' ? studies.setUserAttr : studies.setSystemAttr
      await driver.transaction('write', async (session) => {
        if ((await session.all(studies.lock, { studyId })).length === 0) throw noStudy(studyId)
        await session.run(statement, { studyId, key, json })
      })
    },
  }
}

async function loadStudy(
  session: Session,
  studies: StudyStatements,
  studyId: number,
  name: string,
): Promise<StudyRecord> {
  const directions = await session.all(studies.directionsOf, { studyId })
  return {
    id: studyId,
    name,
    directions: directions.map((row) => directionFrom(row.direction)),
    userAttrs: attributesFrom(await session.all(studies.userAttrsOf, { studyId })),
    systemAttrs: attributesFrom(await session.all(studies.systemAttrsOf, { studyId })),
  }
}

async function listStudies(session: Session, studies: StudyStatements): Promise<StudySummary[]> {
  const counted = await session.all(studies.counts, {})
  const summaries: StudySummary[] = []
  for (const { study_id: studyId, study_name: name } of await session.all(studies.list, {})) {
    const counts: Record<TrialRecord['state'], number> = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 }
    const starts: number[] = []
    for (const row of counted) {
      if (row.study_id !== studyId) continue
      counts[stateFrom(row.state)] = Number(row.count)
      if (row.started !== null) starts.push(timeFromText(row.started))
    }
    const startedAt = starts.length === 0 ? undefined : Math.min(...starts)
    summaries.push({ ...(await loadStudy(session, studies, studyId, name)), counts, startedAt })
  }
  return summaries
}
