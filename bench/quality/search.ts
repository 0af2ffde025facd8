import { createRng } from '../../packages/diapason/src/math/rng.ts'
import type { Sampler } from '../../packages/diapason/src/samplers/sampler.ts'
import { compileSpace, type ParamValues, type SearchSpace } from '../../packages/diapason/src/space/search-space.ts'
import type { History } from '../../packages/diapason/src/trial/history.ts'
import type { TrialRecord } from '../../packages/diapason/src/trial/trial-record.ts'
import type { Problem } from './problem.ts'

/** What one search gave. */
export interface Search {
  /** Best regret so far, after each evaluation. */
  readonly curve: Float64Array
  /** Milliseconds of processor time a suggestion. */
  readonly cpuMs: number
}

/** Runs a sampler alone, without a study. The problem has a seed of its own. */
export function search(sampler: Sampler, problem: Problem, evaluations: number, seed: number): Search {
  const space = compileSpace(problem.space)
  const rng = createRng(seed)
  const trials: TrialRecord[] = []
  let cpu = 0
  const curve = recordBest(problem, evaluations)
  for (let number = 0; number < evaluations; number++) {
    const base = { id: number, number, distributions: {}, reports: [], userAttrs: {}, systemAttrs: {}, startedAt: 0 }
    trials.push({ ...base, params: {}, state: 'running' })
    const history = historyOf(space, trials, seed)
    const begin = process.cpuUsage()
    const params = sampler.suggest(history, [number], rng.split(`trial/${number}`))[0]!
    const spent = process.cpuUsage(begin)
    cpu += spent.user + spent.system
    const value = curve.evaluate(params)
    // What is no number fails its trial, as in a study.
    trials[number] = Number.isNaN(value)
      ? { ...base, params, state: 'failed', reason: 'NaN', finishedAt: 0 }
      : { ...base, params, state: 'complete', values: [value], finishedAt: 0 }
  }
  return { curve: curve.best, cpuMs: cpu / 1000 / evaluations }
}

/** The best regret so far of a search that evaluates one configuration after another. */
export function recordBest(
  problem: Problem,
  evaluations: number,
): { best: Float64Array; evaluate(params: ParamValues): number } {
  const best = new Float64Array(evaluations)
  let count = 0
  let least = Number.POSITIVE_INFINITY
  return {
    best,
    evaluate(params) {
      const value = problem.regret(params)
      if (value < least) least = value
      best[count++] = least
      return value
    },
  }
}

function historyOf(space: SearchSpace, trials: readonly TrialRecord[], seed: number): History {
  return { space, goals: [{ name: 'regret', direction: 'minimize' }], trials, fidelity: undefined, seed }
}
