import type { Attributes, Report } from '../trial/trial-record.ts'
import { momentFromText, type THEN_KEY } from './journal-lines.ts'
import { parsePythonJson } from './python-json.ts'
import { storedNumber } from './rules.ts'

/** A line as Optuna writes it; which fields there are depends on the operation. */
export interface Line {
  readonly op_code: number
  readonly worker_id: string
  readonly study_id: number
  readonly study_name: string
  readonly directions: readonly number[]
  readonly user_attr: Attributes
  readonly system_attr: Attributes
  readonly trial_id: number
  readonly state?: number
  readonly value?: number | null
  readonly values?: readonly number[] | null
  readonly datetime_start?: string | null
  readonly datetime_complete?: string | null
  readonly distributions?: { readonly [name: string]: string }
  readonly params?: { readonly [name: string]: number }
  readonly user_attrs?: Attributes
  readonly system_attrs?: Attributes
  readonly intermediate_values?: { readonly [step: string]: number }
  readonly param_name: string
  readonly param_value_internal: number
  readonly distribution: string
  readonly step: number
  readonly intermediate_value: number
  readonly [THEN_KEY]?: readonly string[]
}

/** Reads a line; a field that its operation lacks shows when it is used. @throws {SyntaxError} where it is no JSON */
export function readLine(text: string): Line {
  // Optuna and journalLines alone write here.
  return parsePythonJson(text) as Line
}

/** Milliseconds since 1970, or undefined where there is no time. */
export const optionalMoment = (text: string | null | undefined): number | undefined =>
  text === null || text === undefined ? undefined : momentFromText(text)

/** The reports that a trial was imported with, ascending by step. */
export function reportsOf(stored: { readonly [step: string]: number }): Report[] {
  const reports = Object.entries(stored).map(([step, value]): Report => [Number(step), storedNumber(value)])
  return reports.sort(([a], [b]) => a - b)
}
