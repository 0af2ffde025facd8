import type { Distribution } from '../space/distribution.ts'
import type { Direction } from '../trial/history.ts'
import type { Attributes, TrialState } from '../trial/trial-record.ts'
import { distributionJson, pythonFloat } from './optuna-distribution.ts'
import { stringifyPythonJson } from './python-json.ts'
import type { StoredParam } from './rules.ts'
import { timeText } from './sql/stored-text.ts'
import type { AttributeKind } from './storage.ts'
import type { Entry } from './trial-entry.ts'

/** What a line of Optuna's journal does; 10 is Rustuna's alone. */
export const OPERATION = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttr: 2,
  setStudySystemAttr: 3,
  createTrial: 4,
  setTrialParam: 5,
  setTrialState: 6,
  setTrialReport: 7,
  setTrialUserAttr: 8,
  setTrialSystemAttr: 9,
  discardTrials: 10,
} as const

/** Optuna's numbers of states, in their order. */
export const STORED_STATES: readonly TrialState[] = ['running', 'complete', 'pruned', 'failed', 'waiting']

/** When a trial last showed that it lives; Optuna's journal has no place for it. */
export const HEARTBEAT_KEY = 'diapason:heartbeat'

/** Lines that belong to this one: whoever comes next writes them where a crash cut them off. Optuna passes over it. */
export const THEN_KEY = 'diapason:then'

/** The lines of one writer, as Optuna writes them. */
export interface JournalLines {
  createStudy(name: string, directions: readonly Direction[], then: readonly string[]): string
  deleteStudy(studyId: number): string
  studyAttr(studyId: number, kind: AttributeKind, key: string, value: unknown): string
  createTrial(studyId: number, entry: Entry, params: readonly StoredParam[], systemAttrs: Attributes): string
  param(trialId: number, param: StoredParam): string
  start(trialId: number, atMs: number): string
  end(trialId: number, entry: EndOfTrial, then: readonly string[]): string
  report(trialId: number, step: number, value: number): string
  trialAttr(trialId: number, kind: AttributeKind, key: string, value: unknown): string
}

/** How a trial ends. */
export interface EndOfTrial {
  readonly state: TrialState
  readonly values: readonly number[]
  readonly finishedAt: number
}

/** @param worker who writes, unlike anybody else: `<uuid>-<number>` */
export function journalLines(worker: string): JournalLines {
  const line = (operation: keyof typeof OPERATION, fields: Fields, then: readonly string[] = []): string => {
    const all = { op_code: String(OPERATION[operation]), worker_id: json(worker), ...fields }
    return objectOf(then.length === 0 ? Object.entries(all) : [...Object.entries(all), [THEN_KEY, json(then)]])
  }
  return {
    createStudy: (name, directions, then) =>
      line('createStudy', { study_name: json(name), directions: json(directions.map(storedDirection)) }, then),
    deleteStudy: (studyId) => line('deleteStudy', { study_id: json(studyId) }),
    studyAttr: (studyId, kind, key, value) =>
      kind === 'user'
        ? line('setStudyUserAttr', { study_id: json(studyId), user_attr: json({ [key]: value }) })
        : line('setStudySystemAttr', { study_id: json(studyId), system_attr: json({ [key]: value }) }),
    createTrial: (studyId, entry, params, systemAttrs) =>
      line('createTrial', {
        study_id: json(studyId),
        datetime_start: entry.startedAt === undefined ? 'null' : moment(entry.startedAt),
        state: storedState(entry.state),
        ...storedValues(entry.outcome?.values ?? []),
        ...(entry.outcome !== undefined && { datetime_complete: moment(entry.outcome.finishedAt) }),
        distributions: objectOf(params.map(({ name, distribution }) => [name, json(distributionJson(distribution))])),
        params: objectOf(params.map((param) => [param.name, internal(param.distribution, param.stored)])),
        user_attrs: json(entry.userAttrs),
        system_attrs: json(systemAttrs),
        intermediate_values: objectOf(entry.reports.map(([step, value]) => [String(step), pythonFloat(value)])),
      }),
    param: (trialId, { name, stored, distribution }) =>
      line('setTrialParam', {
        trial_id: json(trialId),
        param_name: json(name),
        param_value_internal: internal(distribution, stored),
        distribution: json(distributionJson(distribution)),
      }),
    start: (trialId, atMs) =>
      line('setTrialState', {
        trial_id: json(trialId),
        state: storedState('running'),
        values: 'null',
        datetime_start: moment(atMs),
      }),
    end: (trialId, { state, values, finishedAt }, then) =>
      line(
        'setTrialState',
        {
          trial_id: json(trialId),
          state: storedState(state),
          values: values.length === 0 ? 'null' : floats(values),
          datetime_complete: moment(finishedAt),
        },
        then,
      ),
    report: (trialId, step, value) =>
      line('setTrialReport', { trial_id: json(trialId), step: json(step), intermediate_value: pythonFloat(value) }),
    trialAttr: (trialId, kind, key, value) =>
      kind === 'user'
        ? line('setTrialUserAttr', { trial_id: json(trialId), user_attr: json({ [key]: value }) })
        : line('setTrialSystemAttr', { trial_id: json(trialId), system_attr: json({ [key]: value }) }),
  }
}

/** Milliseconds since 1970 as the journal keeps them: `2026-11-23T17:08:52.824106+00:00`. */
export function momentText(ms: number): string {
  return `${timeText(ms).replace(' ', 'T')}+00:00`
}

const MOMENT = /^(.{19})(?:\.(\d{1,6}))?(.*)$/

/** The inverse of {@link momentText}. Journals from before Optuna 5 may leave the offset out, and mean local time. */
export function momentFromText(text: string): number {
  const [, seconds = '', fraction = '', offset = ''] = MOMENT.exec(text) ?? []
  return (Date.parse(`${seconds.replace(' ', 'T')}${offset}`) * 1000 + Number(fraction.padEnd(6, '0'))) / 1000
}

/** Names and what stands under them, as JSON already. */
type Fields = { readonly [name: string]: string }

const json = stringifyPythonJson
const moment = (ms: number) => json(momentText(ms))
const storedState = (state: TrialState) => String(STORED_STATES.indexOf(state))
const storedDirection = (direction: Direction) => (direction === 'minimize' ? 1 : 2)
const floats = (values: readonly number[]) => `[${values.map(pythonFloat).join(', ')}]`

function objectOf(entries: readonly (readonly [name: string, json: string])[]): string {
  return `{${entries.map(([name, text]) => `${json(name)}: ${text}`).join(', ')}}`
}

/** Python tells 1 from 1.0: positions of choices are whole there, all else is a float. */
function internal(distribution: Distribution, stored: number): string {
  return distribution.kind === 'categorical' ? String(stored) : pythonFloat(stored)
}

function storedValues(values: readonly number[]): Fields {
  const [only, ...more] = values
  if (only === undefined) return { value: 'null', values: 'null' }
  return more.length === 0 ? { value: pythonFloat(only), values: 'null' } : { value: 'null', values: floats(values) }
}
