import type { SearchSpace } from '../space/search-space.ts'
import type { History } from '../trial/history.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { gpSampler, STARTUP_TRIALS } from './gp.ts'
import type { Sampler } from './sampler.ts'
import { tpeSampler } from './tpe.ts'

/** Up to here every suggestion comes from the Gaussian process: it learns more from a trial than TPE does, for milliseconds. */
const MODEL_TRIALS = 300
/** Beyond, one suggestion in so many: TPE proposes the others at a cost that hardly grows. */
const MODEL_SHARE = 5
/** Above, so many length scales cannot be told from the trials that a network allows. */
const MODEL_PARAMETERS = 200

/**
 * Picks the method by what it sees, and says so in words: the default of every study.
 *
 * - Five well-spread points (scrambled Sobol), after the defaults;
 * - then the point that a Gaussian process expects most from ({@link gpSampler}), which needs the fewest trials;
 * - from 300 finished trials on TPE ({@link tpeSampler}) for four suggestions in five, so that long studies stay cheap; in spaces of more
 *   than 200 parameters TPE from the start.
 *
 * The choice depends on parameters and trials alone, never on a clock: same seed, same trials.
 * @example
 * const study = await createStudy({ space, goals, sampler: autoSampler() })
 */
export function autoSampler(): Sampler {
  const model = gpSampler()
  const density = tpeSampler()
  const samplers = { start: model, 'gaussian-process': model, tpe: density } as const
  return {
    name: 'auto',
    describe: (history) => ({ name: methodOf(history), sentence: sentenceFor(history) }),
    suggest(history, numbers, rng) {
      const method = methodOf(history)
      const sampler = method === 'mixed' ? (numbers[0]! % MODEL_SHARE === 0 ? model : density) : samplers[method]
      return sampler.suggest(history, numbers, rng)
    },
  }
}

type MethodName = 'start' | 'gaussian-process' | 'mixed' | 'tpe'

function methodOf({ space, trials }: History): MethodName {
  if (space.parameters.length > MODEL_PARAMETERS) return 'tpe'
  const finished = countFinished(trials)
  if (finished < STARTUP_TRIALS) return 'start'
  return finished <= MODEL_TRIALS ? 'gaussian-process' : 'mixed'
}

function countFinished(trials: readonly TrialRecord[]): number {
  let count = 0
  for (const trial of trials) if (isFinished(trial)) count++
  return count
}

function sentenceFor(history: History): string {
  const seen = `${plural(countFinished(history.trials), 'trial')} finished, ${spaceInWords(history.space)}`
  switch (methodOf(history)) {
    case 'start':
      return `${seen}: well-spread points first`
    case 'gaussian-process':
      return `${seen}${curvesInWords(history.trials)}: Gaussian process, the point of largest expected improvement`
    case 'mixed':
      return `${seen}: TPE, and every fifth suggestion from the Gaussian process, so that suggestions stay cheap`
    case 'tpe':
      return `${seen}: TPE, because a Gaussian process cannot tell so many parameters apart`
  }
}

function spaceInWords({ parameters }: SearchSpace): string {
  const conditional = parameters.filter(({ condition }) => condition !== undefined).length
  return plural(parameters.length, 'parameter') + (conditional === 0 ? '' : ` (${conditional} conditional)`)
}

function curvesInWords(trials: readonly TrialRecord[]): string {
  const pruned = trials.filter(({ state }) => state === 'pruned').length
  return pruned === 0 ? '' : `, ${pruned} pruned (each counts by where it stood among the others)`
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
