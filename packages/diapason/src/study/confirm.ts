import { OptionError, StudyError } from '../errors.ts'
import { judgeArms } from '../math/best-arm.ts'
import { createRng } from '../math/rng.ts'
import { median } from '../math/stats.ts'
import { noPruner } from '../pruners/no-pruning.ts'
import type { ParamValues } from '../space/search-space.ts'
import { isFeasible } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { type CompleteTrial, FIXED_PARAMS, type TrialRecord } from '../trial/trial-record.ts'
import { parseCount, parseDuration } from './budget.ts'
import type { Goals } from './goals.ts'
import { isSearch, replacedBy } from './ledger.ts'
import type { Objective, StopReason } from './optimize.ts'
import type { OptimizeOptions } from './run-limits.ts'
import type { Study } from './study.ts'
import { ATTR } from './study-parts.ts'

/** How {@link confirm} spends its runs. */
export interface ConfirmOptions
  extends Pick<OptimizeOptions, 'time' | 'concurrency' | 'signal' | 'trialTimeout' | 'abortGraceMs' | 'lease'> {
  /** Times that a finalist is trained again, all finalists together; those of an earlier call count. A sixth of the search is a good share. */
  readonly runs: number
  /** The best so many distinct configurations, at least 2 (default 5, fewer where there are not two runs for each). */
  readonly finalists?: number
  /** Stop once the winner is the best with so much certainty (default 0.95). */
  readonly certainty?: number
}

/** A configuration that was trained again, each time with another seed. */
export interface Finalist<P> {
  /** The trial of the search. */
  readonly number: number
  readonly params: P
  /** What that trial scored: too good, on average, as it was chosen by it. */
  readonly observed: number
  /** What the repeats scored. */
  readonly runs: readonly number[]
  /** Of the repeats, drawn towards the mean of all finalists as far as noise alone would explain their differences. */
  readonly mean: number
  readonly interval: readonly [low: number, high: number]
  readonly chanceBest: number
  /** Median duration of its repeats, in milliseconds. */
  readonly costMs: number
}

/** What repeats say about the best configurations of a search. */
export interface Confirmation<P> {
  readonly winner: Finalist<P>
  /** Best first. */
  readonly finalists: readonly Finalist<P>[]
  /** One that costs at most 80 % of the winner and is within one standard error of it, the cheapest; undefined where there is none. */
  readonly cheaper: Finalist<P> | undefined
  /** Standard deviation of a score from seed to seed. */
  readonly noise: number
  /** How much better the winner looked in the search than it is: |observed − mean| with that sign. */
  readonly optimism: number
}

/** A cheaper finalist is worth naming from this share of the winner's cost down. */
const CHEAPER = 0.8

/**
 * Trains the best configurations of a search again, with fresh seeds, and says which is the best, how good it is, and how sure that is.
 *
 * The best of many noisy scores is a lucky one: its repeats, not itself, tell how good the configuration is. After two runs for
 * each finalist, every further run goes to the best or its closest rival. Repeats are trials of the study (`diapason:repeats`), never
 * pruned, and never its `best`; a call that was interrupted goes on where it stopped. A finalist whose repeat fails is out.
 *
 * @param objective as in the search; it must depend on `trial.seed`
 * @returns undefined where there were not two repeats for one finalist and one for another
 * @throws {StudyError} where the study has several goals or less than two configurations are complete
 * @example
 * await study.optimize(objective, { trials: 60 })
 * const { winner } = (await confirm(study, objective, { runs: 10 }))!
 */
export async function confirm<P, G extends Goals>(
  study: Study<P, G>,
  objective: Objective<P, G>,
  options: ConfirmOptions,
): Promise<Confirmation<P> | undefined> {
  return (await repeatBest(study, objective, options)).confirmation
}

/** {@link confirm}, which also tells what cut it short: the reason of the run; undefined where it came to its end. */
export async function repeatBest<P, G extends Goals>(
  study: Study<P, G>,
  objective: Objective<P, G>,
  options: ConfirmOptions,
): Promise<{ readonly confirmation: Confirmation<P> | undefined; readonly cutBy: StopReason | undefined }> {
  const runs = parseCount('runs', options.runs, 3)
  const { runs: _, finalists: __, time, certainty = 0.95, ...how } = options
  const { concurrency = 1, signal } = how
  if (!(certainty > 0 && certainty <= 1)) throw new OptionError(`certainty is ${certainty}`, 'Give a chance up to 1')
  await study.refresh()
  const chosen = chooseFinalists(
    study,
    parseCount('finalists', options.finalists ?? Math.max(2, Math.min(5, Math.floor(runs / 2))), 2),
  )
  const until = time === undefined ? undefined : performance.now() + parseDuration('time', time)
  for (;;) {
    const arms = armsOf(study.trials, chosen)
    const done = arms.reduce((sum, arm) => sum + arm.attempts, 0)
    const judged = judge(study, arms)
    // The same scores again: whatever the objective does, it does not depend on the seed.
    if (isRepeatable(arms)) return { confirmation: judged, cutBy: undefined }
    const isEven = arms.every(({ repeats, hasFailed }) => hasFailed || repeats.length >= 2)
    const isSure = isEven && judged !== undefined && judged.winner.chanceBest >= certainty
    const batch = isSure ? [] : nextRuns(study, arms, Math.min(concurrency, runs - done))
    const left = until === undefined ? undefined : until - performance.now()
    // Those that an interrupted call left in the queue.
    const queued = arms.reduce((sum, arm) => sum + arm.waiting, 0)
    if (batch.length + queued === 0 || signal?.aborted || (left !== undefined && left <= 0)) {
      return { confirmation: judged, cutBy: undefined }
    }
    for (const trial of batch) await study.add(repeatOf(trial))
    const { reason } = await study.optimize(withoutPruning(objective), {
      ...how,
      trials: batch.length + queued,
      maxFailuresInARow: Number.MAX_SAFE_INTEGER,
      ...(left !== undefined && { time: left }),
    })
    if (reason !== 'trials') return { confirmation: judge(study, armsOf(study.trials, chosen)), cutBy: reason }
  }
}

/** The number of the trial that one repeats; undefined where it is a trial of the search. */
export function repeatedTrial(trial: TrialRecord): number | undefined {
  const number = trial.systemAttrs[ATTR.repeats]
  return typeof number === 'number' ? number : undefined
}

/** What of a study its finalists are told by. */
interface StudyTrials {
  readonly trials: readonly TrialRecord[]
  readonly goals: readonly Goal[]
}

/** What finalists are judged with. */
interface JudgedStudy<P> {
  readonly goals: readonly Goal[]
  readonly seed: number
  paramsOf(trial: TrialRecord): P
}

interface Arm {
  readonly trial: CompleteTrial
  readonly repeats: readonly CompleteTrial[]
  /** Repeats that ended, or wait to be run. */
  readonly attempts: number
  readonly waiting: number
  readonly hasFailed: boolean
}

/** Every repeat of three finalists or more (or of both) scored exactly what its trial of the search did. */
function isRepeatable(arms: readonly Arm[]): boolean {
  const repeated = arms.filter(({ repeats }) => repeats.length > 0)
  return (
    repeated.length >= Math.min(3, arms.length) &&
    repeated.every(({ trial, repeats }) => repeats.every(({ values }) => values[0] === trial.values[0]))
  )
}

/**
 * What the repeats that a study holds say, whoever ran them and however far they got; parameters by path.
 * @returns undefined where there were not two repeats for one finalist and one for another
 */
export function confirmationOf({ trials, goals }: StudyTrials): Confirmation<ParamValues> | undefined {
  const repeated = new Set(trials.flatMap((trial) => repeatedTrial(trial) ?? []))
  if (repeated.size === 0) return undefined
  const chosen = trials.filter((trial) => trial.state === 'complete' && repeated.has(trial.number))
  const judged = { goals, seed: 0, paramsOf: ({ params }: TrialRecord) => params }
  return judge(judged, armsOf(trials, chosen as CompleteTrial[]))
}

/** How many repeats of these trials have ended already. */
export function earlierRepeats({ trials }: StudyTrials, finalists: readonly CompleteTrial[]): number {
  return armsOf(trials, finalists).reduce((sum, { attempts }) => sum + attempts, 0)
}

function chooseFinalists<P, G extends Goals>(study: Study<P, G>, count: number): readonly CompleteTrial[] {
  const [goal] = study.goals
  if (study.goals.length > 1 || goal === undefined) {
    throw new StudyError(
      `Study "${study.name}" has ${study.goals.length} goals, so no single best`,
      'Repeat trials of its front by enqueue',
    )
  }
  const best = bestConfigurations(study)
  if (best.length < 2) {
    throw new StudyError(
      `Study "${study.name}" has ${best.length} complete configurations`,
      'Search further before confirming',
    )
  }
  return best.slice(0, count)
}

/** The best complete trial of each configuration that the search tried and that kept its constraints, best first. */
export function bestConfigurations({ trials, goals }: StudyTrials): readonly CompleteTrial[] {
  const goal = goals[0]!
  const seen = new Set<string>()
  const complete = trials.filter((trial) => trial.state === 'complete' && isSearch(trial) && isFeasible(trial))
  return (complete as CompleteTrial[])
    .toSorted((a, b) => lossAt(a, goal) - lossAt(b, goal) || a.number - b.number)
    .filter(({ params }) => {
      const key = JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)))
      return !seen.has(key) && seen.add(key)
    })
}

function armsOf(trials: readonly TrialRecord[], chosen: readonly CompleteTrial[]): readonly Arm[] {
  // What was interrupted counts where it was queued again; what the clock cut short does not count at all.
  const replaced = new Set(trials.flatMap(replacedBy))
  return chosen.map((trial) => {
    const repeats = trials.filter(
      (other) =>
        repeatedTrial(other) === trial.number &&
        !replaced.has(other.number) &&
        other.systemAttrs[ATTR.stopped] === undefined,
    )
    return {
      trial,
      repeats: repeats.filter((other) => other.state === 'complete'),
      attempts: repeats.length,
      waiting: repeats.filter(({ state }) => state === 'waiting').length,
      hasFailed: repeats.some(({ state }) => state === 'failed'),
    }
  })
}

/** Two runs for each finalist first, then what `judgeArms` asks for. */
function nextRuns<P, G extends Goals>(study: Study<P, G>, arms: readonly Arm[], count: number): CompleteTrial[] {
  const able = arms.filter(({ hasFailed }) => !hasFailed)
  const planned = able.map(({ attempts }) => attempts)
  const runs: CompleteTrial[] = []
  while (runs.length < count && able.length > 0) {
    const least = planned.indexOf(Math.min(...planned))
    const judged = planned[least]! < 2 ? undefined : judgeLosses(study, able)
    const next = judged?.next ?? least
    // A rival more rather than the same arm twice at a time.
    const arm = runs.includes(able[next]!.trial) ? least : next
    planned[arm]!++
    runs.push(able[arm]!.trial)
  }
  return runs
}

function judgeLosses(study: Pick<JudgedStudy<unknown>, 'goals' | 'seed'>, arms: readonly Arm[]) {
  const goal = study.goals[0]!
  const losses = arms.map(({ repeats }) => repeats.map((trial) => lossAt(trial, goal)))
  const isEnough = losses.length > 1 && losses.every((row) => row.length > 0) && losses.some((row) => row.length > 1)
  return isEnough ? judgeArms(losses, createRng(study.seed).split('confirm')) : undefined
}

function judge<P>(study: JudgedStudy<P>, arms: readonly Arm[]): Confirmation<P> | undefined {
  const able = arms.filter(({ hasFailed, repeats }) => !hasFailed && repeats.length > 0)
  const judged = judgeLosses(study, able)
  if (judged === undefined) return undefined
  const goal = study.goals[0]!
  const sign = goal.direction === 'minimize' ? 1 : -1
  const entries = able.map(({ trial, repeats }, i) => {
    const { mean, interval, chanceBest, standardError } = judged.arms[i]!
    const ends = [sign * interval[0], sign * interval[1]].sort((a, b) => a - b)
    const finalist: Finalist<P> = {
      number: trial.number,
      params: study.paramsOf(trial),
      observed: trial.values[0] ?? Number.NaN,
      runs: repeats.map(({ values }) => values[0] ?? Number.NaN),
      mean: sign * mean,
      interval: [ends[0]!, ends[1]!],
      chanceBest,
      costMs: median(repeats.map(({ startedAt, finishedAt }) => finishedAt - (startedAt ?? finishedAt))),
    }
    return { finalist, loss: mean, standardError }
  })
  const sorted = entries.toSorted((a, b) => a.loss - b.loss || a.finalist.number - b.finalist.number)
  const best = sorted[0]!
  const cheaper = sorted
    .filter(({ finalist, loss, standardError }) => {
      const isWithin = loss - best.loss <= Math.hypot(standardError, best.standardError)
      return isWithin && finalist.costMs <= CHEAPER * best.finalist.costMs
    })
    .sort((a, b) => a.finalist.costMs - b.finalist.costMs)[0]
  return {
    winner: best.finalist,
    finalists: sorted.map(({ finalist }) => finalist),
    cheaper: cheaper?.finalist,
    noise: judged.noise,
    optimism: sign * (best.finalist.mean - best.finalist.observed),
  }
}

function lossAt(trial: CompleteTrial, goal: Goal): number {
  return lossOf(trial.values[0] ?? Number.NaN, goal.direction)
}

function repeatOf(trial: CompleteTrial) {
  return {
    state: 'waiting',
    systemAttrs: { [FIXED_PARAMS]: trial.params, [ATTR.repeats]: trial.number },
  } as const
}

/** The objective, its trials never pruned: what is measured again is measured to its end. */
export function withoutPruning<P, G extends Goals>(objective: Objective<P, G>): Objective<P, G> {
  const { arrange } = objective
  const alone: Objective<P, G> = (params, trial) => objective(params, trial)
  return Object.assign(alone, {
    arrange: (run: Parameters<NonNullable<typeof arrange>>[0]) => ({
      ...(arrange?.(run) ?? { objective: alone, openTrials: 1 }),
      pruner: noPruner(),
    }),
  })
}
