import type { CommandSpec } from '../../runner/command/command-spec.ts'
import type { AnyStudyDefinition } from '../../runner/study-file.ts'

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
