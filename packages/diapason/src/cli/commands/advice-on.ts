import { studyAdvice } from '../../analysis/study-advice.ts'
import type { AnyStudy } from '../progress.ts'

/** Advice on a stored study, by the best trial of its search. */
export function adviceOn(study: AnyStudy): readonly string[] {
  const [best] = study.goals.length === 1 ? study.bestTrials : []
  return studyAdvice(study, best && { trial: best.number, params: best.record.params })
}
