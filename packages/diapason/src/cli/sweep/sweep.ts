import type { ParamRule } from '../../expressions/param-rule.ts'
import type { CommandSpec } from '../../runner/command/command-spec.ts'
import type { AnyStudyDefinition } from '../../runner/study-file.ts'
import type { ParamValues } from '../../space/search-space.ts'
import type { Where } from '../../study/where.ts'

/** A study whose objective is a command: what a sweep file, or the flags of `diapason run`, define. */
export interface Sweep {
  /** What the study is called where nobody names it. */
  readonly name: string
  readonly definition: AnyStudyDefinition
  readonly command: CommandSpec
  /** Trains a configuration once more and scores it on data that tuning never saw: one number for each seed. */
  readonly test: CommandSpec | undefined
}

/** Bytes of a trial's log that are kept where nobody says otherwise. */
export const DEFAULT_LOG_BYTES = 16 * 2 ** 20

/** A study definition whose objective runs elsewhere. */
export function commandStudy(
  settings: AnyStudyDefinition['settings'],
  budget: AnyStudyDefinition['budget'],
): AnyStudyDefinition {
  const objective = () => {
    throw new Error('a command is no objective of this process')
  }
  return { settings, objective, budget, test: undefined }
}

/** Which configurations may be tried, from conditions written as text; undefined where there are none. */
export function whereOf(rules: readonly ParamRule[]): Where<unknown> | undefined {
  if (rules.length === 0) return undefined
  const refusal = (_: unknown, values: ParamValues) => {
    for (const rule of rules) {
      const reason = rule.refusal(values)
      if (reason !== undefined) return reason
    }
    return true
  }
  return Object.assign(refusal, { rules: rules.map(({ text }) => text) })
}
