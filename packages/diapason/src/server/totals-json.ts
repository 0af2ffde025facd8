import type { ChartSource } from '../analysis/chart-data.ts'
import { measureSavings } from '../analysis/savings.ts'
import { countConfigurations, countTrials } from '../analysis/trial-counts.ts'
import { trialJson } from '../analysis/trial-json.ts'
import { isSearch } from '../study/ledger.ts'
import { isFeasible } from '../trial/feasibility.ts'
import { bestTrial, paretoFront } from '../trial/ranking.ts'
import type { CompleteTrial } from '../trial/trial-record.ts'

/** More than these a person does not look through. */
const MOST_BEST = 100

/** How many trials there are, what they cost, and the best of them. @param best where they are known already */
export function totalsJson({ trials, goals, fidelity }: ChartSource, best = bestOf(trials, goals)) {
  return {
    counts: countTrials(trials),
    /** Where trials were paused: how many configurations they trained, and how many of these are paused now; else null. */
    configurations: countConfigurations(trials) ?? null,
    /** Complete trials that break a constraint. */
    infeasible: trials.reduce((count, trial) => count + Number(trial.state === 'complete' && !isFeasible(trial)), 0),
    savings: measureSavings(trials, fidelity) ?? null,
    best: best.slice(0, MOST_BEST).map((trial) => trialJson(trial, goals)),
    bestCount: best.length,
  }
}

function bestOf(trials: ChartSource['trials'], goals: ChartSource['goals']): readonly CompleteTrial[] {
  const [goal] = goals
  if (goals.length !== 1 || goal === undefined) return paretoFront(trials, goals)
  const best = bestTrial(trials.filter(isSearch), goal)
  return best === undefined ? [] : [best]
}
