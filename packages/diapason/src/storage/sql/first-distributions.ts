import { compatibleDistributions, type Distribution } from '../../space/distribution.ts'
import { checkCompatible, type StoredParam } from '../rules.ts'
import type { Session } from './driver.ts'
import type { TrialReader } from './reader.ts'
import type { TrialStatements } from './trial-statements.ts'

/** The distribution that each name of a study had first; what comes later must be compatible with it. */
export interface FirstDistributions {
  /**
   * Checks parameters before they are written. Names that were met before cost no query.
   * @returns what {@link keep} takes once they are written
   * @throws {SpaceError} where one does not fit
   */
  check(session: Session, studyId: number, params: readonly StoredParam[]): Promise<ReadonlyMap<string, Distribution>>
  /** All were met before and fit, so that a check would ask nothing. */
  knows(studyId: number, params: readonly StoredParam[]): boolean
  keep(studyId: number, found: ReadonlyMap<string, Distribution>): void
  forget(studyId: number): void
}

export function newFirstDistributions(statements: TrialStatements, reader: TrialReader): FirstDistributions {
  const studies = new Map<number, Map<string, Distribution>>()

  return {
    async check(session, studyId, params) {
      const known = studies.get(studyId)
      const found = new Map<string, Distribution>()
      for (const { name, distribution } of params) {
        const first = known?.get(name)
        if (first !== undefined && compatibleDistributions(first, distribution)) continue
        // Asked again before an error is raised: the study may have been deleted, and its id used for another.
        const [row] = await session.all(statements.firstDistribution, { studyId, name })
        const stored = row === undefined ? undefined : reader.distribution(row.distribution_json)
        if (stored !== undefined) checkCompatible(name, stored, distribution)
        found.set(name, stored ?? distribution)
      }
      return found
    },

    knows(studyId, params) {
      const known = studies.get(studyId)
      return params.every(({ name, distribution }) => {
        const first = known?.get(name)
        return first !== undefined && compatibleDistributions(first, distribution)
      })
    },

    keep(studyId, found) {
      if (found.size === 0) return
      const known = studies.get(studyId) ?? new Map<string, Distribution>()
      for (const [name, distribution] of found) known.set(name, distribution)
      studies.set(studyId, known)
    },

    forget: (studyId) => void studies.delete(studyId),
  }
}
