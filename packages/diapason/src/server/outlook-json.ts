import { failureGroups } from '../analysis/failure-groups.ts'
import { forecast } from '../analysis/forecast.ts'
import { studyAdvice } from '../analysis/study-advice.ts'
import { confirmationOf } from '../study/confirm.ts'
import { methodChanges } from '../study/method-changes.ts'
import type { OpenedStudy } from './study-shelf.ts'

/** How sure the best is, what more time would bring, what failed, what to do about it, and how trials were proposed. */
export function outlookJson({ study }: OpenedStudy) {
  const { trials, goals } = study
  const [best] = goals.length === 1 ? study.bestTrials : []
  const confirmation = goals.length === 1 ? confirmationOf({ trials, goals }) : undefined
  return {
    /** What the best scored when it was trained again, or null. */
    confirmed:
      confirmation === undefined
        ? null
        : {
            number: confirmation.winner.number,
            observed: confirmation.winner.observed,
            runs: confirmation.winner.runs.length,
            mean: confirmation.winner.mean,
            interval: confirmation.winner.interval,
            chanceBest: confirmation.winner.chanceBest,
            finalists: confirmation.finalists.length,
          },
    /** For the first goal; null where there is too little to tell from. */
    forecast: forecast(trials, goals) ?? null,
    failures: failureGroups(trials),
    advice: studyAdvice(study, best && { trial: best.number, params: best.record.params }),
    methods: methodChanges(trials).map(({ number, method }) => ({
      number,
      ...method,
      at: trials[number]?.startedAt ?? null,
    })),
  }
}
