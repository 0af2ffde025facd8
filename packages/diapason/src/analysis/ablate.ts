import { StudyError } from '../errors.ts'
import type { ParamValues } from '../space/search-space.ts'
import { parseCount, parseDuration } from '../study/budget.ts'
import { type ConfirmOptions, withoutPruning } from '../study/confirm.ts'
import type { Goals } from '../study/goals.ts'
import { replacedBy } from '../study/ledger.ts'
import type { Objective } from '../study/optimize.ts'
import type { Study } from '../study/study.ts'
import { ATTR } from '../study/study-parts.ts'
import { type CompleteTrial, FIXED_PARAMS, type TrialRecord } from '../trial/trial-record.ts'
import { type Ablation, type AblationWay, ablation, ablationWay, isRepeatable } from './ablation.ts'
import { freshRuns } from './ablation-gain.ts'

/** How {@link ablate} spends its runs. */
export interface AblateOptions extends Omit<ConfirmOptions, 'runs' | 'finalists' | 'certainty'> {
  /**
   * Trainings, those of an earlier call for the same winner included. All steps for k changes need (k − 1)(k + 2) / 2; with
   * fewer, the changes that earn least are left together. What is left is spent on repeats, which give the intervals.
   */
  readonly runs: number
  /** Number of the trial to go to; default: the best. */
  readonly winner?: number
}

/** Of the runs, for finding the way; the rest tells how sure it is. */
const FINDING_SHARE = 0.6

/**
 * Trains configurations between the default and the winner, and says which changes earned how much; see {@link ablation}.
 *
 * Runs are trials of the study (`diapason:ablates`), never pruned, and never its `best`; a call that was interrupted goes on where it
 * stopped.
 * @throws {StudyError} where the study has several goals, no default, or nothing complete
 * @example
 * const { verdict, steps } = await ablate(study, objective, { runs: 30 })
 */
export async function ablate<P, G extends Goals>(
  study: Study<P, G>,
  objective: Objective<P, G>,
  options: AblateOptions,
): Promise<Ablation> {
  const { runs: _, winner: __, time, ...how } = options
  const runs = parseCount('runs', options.runs)
  await study.refresh()
  const winner = winnerOf(study, options.winner)
  const until = time === undefined ? undefined : performance.now() + parseDuration('time', time)
  for (;;) {
    const own = ownTrials(study.trials, winner.number)
    const waiting = own.filter(({ state }) => state === 'waiting').length
    const left = until === undefined ? undefined : until - performance.now()
    const isOver = how.signal?.aborted || (left !== undefined && left <= 0)
    const batch = waiting > 0 || isOver ? [] : nextRuns(study, winner, runs, runs - own.length)
    if (isOver || batch.length + waiting === 0) break
    for (const params of batch) {
      const systemAttrs = { [FIXED_PARAMS]: params, [ATTR.ablates]: winner.number }
      await study.add({ state: 'waiting', systemAttrs })
    }
    const { reason } = await study.optimize(withoutPruning(objective), {
      ...how,
      trials: batch.length + waiting,
      maxFailuresInARow: Number.MAX_SAFE_INTEGER,
      ...(left !== undefined && { time: left }),
    })
    if (reason !== 'trials') break
  }
  return ablation(study, winner.number)!
}

function winnerOf<P, G extends Goals>(study: Study<P, G>, number?: number): CompleteTrial {
  if (study.defaults === undefined) {
    throw new StudyError(`The space of study "${study.name}" declares no default`, 'Give its parameters defaults')
  }
  if (number === undefined || study.goals.length > 1) return study.best.record
  const trial = study.trials[number]
  if (trial?.state === 'complete') return trial
  throw new StudyError(`Trial ${number} of study "${study.name}" is not complete`, 'Choose one that is')
}

/** Runs of this ablation that count: not those that were queued again, nor those that the clock cut short. */
function ownTrials(trials: readonly TrialRecord[], winner: number): readonly TrialRecord[] {
  const replaced = new Set(trials.flatMap(replacedBy))
  return trials.filter(
    ({ number, systemAttrs }) =>
      systemAttrs[ATTR.ablates] === winner && !replaced.has(number) && systemAttrs[ATTR.stopped] === undefined,
  )
}

/** The default where it was never trained, the candidates of the next step, then repeats of what the way leads through. */
function nextRuns<P, G extends Goals>(
  study: Study<P, G>,
  winner: CompleteTrial,
  runs: number,
  left: number,
): readonly ParamValues[] {
  const way = ablationWay(study.trials, study.goals[0]!, study.defaults!, winner)
  const isNew = (params: ParamValues) => way.runsOf(params).length === 0 && !way.hasFailed(params)
  if (way.steps.length === 0 || left <= 0) return []
  const start = way.nodes[0]!
  if (isNew(start)) return [start]
  const candidates = way.candidates.filter(isNew)
  const spent = runs - left
  if (candidates.length > 0 && spent + candidates.length <= Math.max(1, FINDING_SHARE * runs)) return candidates
  return isRepeatable(way) ? [] : repeats(way).slice(0, left)
}

/** Those with the fewest runs that count, each once. */
function repeats(way: AblationWay): readonly ParamValues[] {
  const able = way.nodes.filter((params) => !way.hasFailed(params))
  // A run that a configuration was chosen by does not count, though it is all there is.
  const counts = able.map((params) => {
    const runs = way.runsOf(params)
    const isChosen = params !== way.nodes[0]
    return isChosen && runs.length === 1 ? 0 : freshRuns(runs, isChosen).length
  })
  const least = Math.min(...counts)
  return able.filter((_, i) => counts[i] === least)
}
