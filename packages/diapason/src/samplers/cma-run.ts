import type { Rng } from '../math/rng.ts'
import type { Goal } from '../trial/history.ts'
import { isFinished } from '../trial/trial-record.ts'
import { type CmaAxes, type CmaSource, isSpent, learn, startSource } from './cma-generation.ts'
import type { GenerationStage } from './generation-timeline.ts'
import { splitObservations } from './good-set.ts'
import type { Observation } from './observations.ts'

/** How the search starts again: with ever larger populations, with large and small ones in turns, or not at all. */
export type Restarts = 'bipop' | 'ipop' | 'none'

/** Step size of a start that knows nothing. */
const FIRST_SIGMA = 1 / 6

/** The settings of a search. */
export interface CmaRun {
  readonly space: CmaAxes
  readonly goals: readonly Goal[]
  /** Population of the first run. */
  readonly population: number
  readonly startupTrials: number
  readonly restarts: Restarts
  /** The same for every call. */
  readonly rng: Rng
}

/** Where a search stands after so many generations; never changed. */
export interface CmaStage extends GenerationStage {
  readonly source: CmaSource
  /** Best losses of the last generations of this run. */
  readonly recent: readonly number[]
  /** Runs ended before this one. */
  readonly runs: number
  readonly large: number
  /** Trials spent in runs of large and of small populations. */
  readonly spent: { readonly large: number; readonly small: number }
  readonly isSmall: boolean
}

/** From the best of the first trials: those before `startupTrials`. */
export function firstStage(run: CmaRun, startup: readonly Observation[]): CmaStage {
  const { good } = splitObservations(startup, 1, run.goals)
  const middle = new Float64Array(run.space.axes.count).fill(0.5)
  return {
    source: startSource(run.space, good[0]?.position ?? middle, FIRST_SIGMA),
    next: run.startupTrials,
    population: run.population,
    recent: [],
    runs: 0,
    large: run.population,
    spent: { large: 0, small: 0 },
    isSmall: false,
  }
}

/** After one more generation. */
export function nextStage(run: CmaRun, stage: CmaStage, generation: readonly Observation[]): CmaStage {
  const members = generation.filter(({ trial }) => isFinished(trial))
  const rng = run.rng.split(`generation/${stage.next}`)
  const source = learn(stage.source, members, run.goals, run.space, rng)
  const kind = stage.isSmall ? 'small' : 'large'
  const advanced = {
    ...stage,
    next: stage.next + stage.population,
    spent: { ...stage.spent, [kind]: stage.spent[kind] + members.length },
  }
  if (source === undefined) return restarted(run, advanced)
  const memory = 10 + Math.ceil((30 * run.space.axes.count) / stage.population)
  const best = members.reduce(
    (least, { stage: at, loss }) => (at === Number.POSITIVE_INFINITY ? Math.min(least, loss) : least),
    Number.POSITIVE_INFINITY,
  )
  const recent = [...stage.recent.slice(-(memory - 1)), best]
  const isOver = isSpent(source, run.space) || (recent.length === memory && isFlat(recent))
  return isOver && run.restarts !== 'none' ? restarted(run, advanced) : { ...advanced, source, recent }
}

function isFlat(losses: readonly number[]): boolean {
  const least = Math.min(...losses)
  const most = Math.max(...losses)
  return (
    Number.isFinite(most) && Number.isFinite(least) && most - least <= 1e-12 * Math.max(Math.abs(most), Math.abs(least))
  )
}

/**
 * Somewhere else, with a larger population (IPOP), or in turns with a small one and a smaller step (BIPOP): whichever
 * has had fewer trials so far.
 * Source: A. Auger, N. Hansen, CEC 2005; N. Hansen, "Benchmarking a BI-population CMA-ES on the BBOB-2009 function testbed".
 */
function restarted(run: CmaRun, stage: CmaStage): CmaStage {
  const rng = run.rng.split(`restart/${stage.next}`)
  const mean = Float64Array.from({ length: run.space.axes.count }, () => rng.next())
  const isSmall = run.restarts === 'bipop' && stage.runs > 0 && stage.spent.small < stage.spent.large
  const large = isSmall ? stage.large : 2 * stage.large
  const ratio = stage.large / (2 * run.population)
  const population = isSmall ? Math.max(4, Math.floor(run.population * Math.max(1, ratio) ** (rng.next() ** 2))) : large
  const sigma = isSmall ? FIRST_SIGMA * 10 ** (-2 * rng.next()) : FIRST_SIGMA
  return {
    ...stage,
    source: startSource(run.space, mean, sigma),
    population,
    recent: [],
    runs: stage.runs + 1,
    large,
    isSmall,
  }
}
