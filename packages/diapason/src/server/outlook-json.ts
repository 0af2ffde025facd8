import { confirmedFacts } from '../analysis/confirmation-words.ts'
import { failureGroups } from '../analysis/failure-groups.ts'
import { forecast } from '../analysis/forecast.ts'
import { studyAdvice } from '../analysis/study-advice.ts'
import { confirmationOf } from '../study/confirm.ts'
import { methodChanges } from '../study/method-changes.ts'
import { isFinished } from '../trial/trial-record.ts'
import { holdsStill } from './kept-response.ts'
import type { OpenedStudy, ShownStudy } from './study-shelf.ts'

/** By study; with how many trials had ended. */
const kept = new WeakMap<ShownStudy, { readonly ended: number; readonly outlook: ReturnType<typeof outlookOf> }>()

/**
 * How sure the best is, what more time would bring, what failed, what to do about it, and how trials were proposed. Of a large study it
 * is kept until a hundredth more trials have ended; null while one is still being read.
 */
export function outlookJson({ study, reading }: Pick<OpenedStudy, 'study' | 'reading'>) {
  if (reading !== undefined) return null
  const ended = study.trials.reduce((count, trial) => count + Number(isFinished(trial)), 0)
  const known = kept.get(study)
  if (known !== undefined && holdsStill(known.ended, ended)) return known.outlook
  const outlook = outlookOf(study)
  kept.set(study, { ended, outlook })
  return outlook
}

function outlookOf(study: ShownStudy) {
  const { trials, goals } = study
  const [best] = goals.length === 1 ? study.bestTrials : []
  const confirmation = goals.length === 1 ? confirmationOf({ trials, goals }) : undefined
  return {
    /** What the best scored when it was trained again, or null. */
    confirmed: confirmation === undefined ? null : confirmedFacts(confirmation),
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
