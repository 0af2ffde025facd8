import { StudyError } from '../errors.ts'
import type { Storage, StudyRecord } from '../storage/storage.ts'
import type { Goal } from '../trial/history.ts'
import type { Attributes } from '../trial/trial-record.ts'
import { goalsOf } from './goals.ts'
import { ATTR } from './study-parts.ts'
import type { Where } from './where.ts'

/** What somebody wants of a study that turned out to be there. */
export interface Wanted {
  readonly goals: readonly Goal[]
  /** The system attributes that a new study would have got. */
  readonly attrs: Attributes
  readonly where: Where<never> | undefined
}

/**
 * Goes on with a study that is there: its seed stays; space, fidelity, sampler and pruner of today are stored.
 * @throws {StudyError} where it has other goals, or other conditions on its parameters
 */
export async function adoptStudy(
  storage: Storage,
  record: StudyRecord,
  { goals, attrs, where }: Wanted,
): Promise<StudyRecord> {
  checkSameGoals(record, goals)
  checkSameRules(record, where)
  const systemAttrs: { [key: string]: unknown } = { ...attrs, ...record.systemAttrs }
  for (const key of [ATTR.seed, ATTR.space, ATTR.fidelity, ATTR.where, ATTR.sampler, ATTR.pruner]) {
    const value = key === ATTR.seed ? systemAttrs[key] : attrs[key]
    if (value === undefined || JSON.stringify(record.systemAttrs[key]) === JSON.stringify(value)) continue
    await storage.setStudyAttr(record.id, 'system', key, value)
    systemAttrs[key] = value
  }
  return { ...record, systemAttrs }
}

function checkSameGoals(record: StudyRecord, goals: readonly Goal[]): void {
  const stored = goalsOf(record)
  const inWords = (list: readonly Goal[]) => list.map(({ name, direction }) => `${direction} ${name}`).join(', ')
  const names = record.systemAttrs[ATTR.metricNames] !== undefined
  const same =
    stored.length === goals.length &&
    stored.every((goal, i) => goal.direction === goals[i]?.direction && (!names || goal.name === goals[i]?.name))
  if (!same)
    throw new StudyError(
      `Study "${record.name}" is there with other goals (${inWords(stored)} instead of ${inWords(goals)})`,
      'Give the new study another name',
    )
}

/** Workers that keep to different rules would undo each other's. What is a function without a text cannot be compared. */
function checkSameRules({ name, systemAttrs }: StudyRecord, where: Where<never> | undefined): void {
  const stored = systemAttrs[ATTR.where]
  // A study of Optuna's, or one whose rules are code.
  if (where !== undefined && (where.rules === undefined || systemAttrs[ATTR.space] === undefined)) return
  if (JSON.stringify(stored) === JSON.stringify(where?.rules)) return
  const inWords = (rules: unknown) => (Array.isArray(rules) ? rules.map((rule) => `"${rule}"`).join(', ') : 'none')
  throw new StudyError(
    `Study "${name}" is there with other conditions on its parameters (where: ${inWords(stored)} instead of ${inWords(where?.rules)})`,
    'Give the same ones, or the new study another name',
  )
}
