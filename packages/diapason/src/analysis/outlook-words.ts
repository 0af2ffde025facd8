import { numberText } from '../text/numbers.ts'
import { isFinished } from '../trial/trial-record.ts'
import { efficiencyOutlook } from './efficiency-data.ts'
import { coverageWords } from './space-coverage.ts'
import type { AdviceSource } from './study-advice.ts'

/** Where the trials of a study have been, and what more of them promise; undefined with fewer than 10 trials, or several goals. */
export function outlookWords({ trials, goals, space }: AdviceSource): string | undefined {
  const outlook = efficiencyOutlook(trials, goals)
  if (outlook === undefined) return undefined
  const gain = outlook.gain === 0 ? 'nothing' : `${numberText(outlook.gain, 2)} or less`
  const promise = `${outlook.trials} more trials like these would be expected to gain ${gain}.`
  return [promise, coverageWords(space, trials.filter(isFinished))].filter((words) => words !== undefined).join(' ')
}
