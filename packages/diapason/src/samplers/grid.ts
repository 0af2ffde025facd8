import { SpaceError, StudyError } from '../errors.ts'
import { createRng, type Rng } from '../math/rng.ts'
import type { ParamValues, SearchSpace } from '../space/search-space.ts'
import type { History } from '../trial/history.ts'
import { fixedParams, type TrialRecord } from '../trial/trial-record.ts'
import { type Enumeration, enumerate } from './enumeration.ts'
import type { Sampler } from './sampler.ts'

/** Options of {@link gridSampler}. */
export type GridOptions = {
  /** Refuse grids of more points than this; default 1,000,000. */
  readonly maxPoints?: number
}

/**
 * Every point of a finite space that the study's `where` allows exactly once: choices, integers, stepped floats, branches and repeats
 * of these.
 *
 * What is left is read from the history (finished, running and queued trials), so that the sampler needs no memory across restarts
 * and workers: the n-th free trial takes the n-th free point of a fixed order. That order is shuffled by the study's
 * seed, so that a search stopped early has still seen all regions. Trials off the grid do not count.
 * O(trials + points tried) a call.
 *
 * @example
 * const study = await createStudy({ space: { units: choice([16, 32]), layers: int(1, 3) }, goals, sampler: gridSampler() })
 */
export function gridSampler({ maxPoints = 1_000_000 }: GridOptions = {}): Sampler {
  let known: ({ space: SearchSpace; seed: number; isAllowed: History['isAllowed'] } & OrderedGrid) | undefined

  function gridOf({ space, seed = 0, isAllowed }: History): OrderedGrid {
    if (known?.space !== space || known.seed !== seed || known.isAllowed !== isAllowed) {
      const grid = checkedGrid(space, maxPoints)
      const all = shuffledOrder(grid.count, createRng(seed).split('grid'))
      const order = isAllowed === undefined ? all : all.filter((index) => isAllowed(grid.pointAt(index)))
      if (order.length === 0) {
        const problem = `The study's \`where\` allows none of the ${grid.count} points of the grid`
        throw new SpaceError('', problem, 'Loosen it, or widen the space')
      }
      known = { space, seed, isAllowed, grid, order }
    }
    return known
  }

  return {
    name: 'grid',
    check(space) {
      checkedGrid(space, maxPoints)
    },
    trialLimit(history) {
      const { grid, order } = gridOf(history)
      const { seen, undecided } = survey(history, grid)
      return history.trials.length - seen.size - undecided.length + order.length
    },
    suggest(history, numbers) {
      const { grid, order } = gridOf(history)
      const { seen, undecided } = survey(history, grid)
      // Running trials that have no point yet: those with lower numbers are about to take the points before ours.
      const waitingForPoint = [...new Set([...undecided, ...numbers])].sort((a, b) => a - b)
      const last = waitingForPoint.indexOf(numbers[numbers.length - 1] ?? -1)
      const free = freePoints(order, seen, last + 1)
      return numbers.map((number) => {
        const index = free[waitingForPoint.indexOf(number)]
        if (index === undefined)
          throw new StudyError(`All ${order.length} points of the grid were tried`, 'Refine the grid or stop here')
        return grid.pointAt(index)
      })
    },
  }
}

/** A grid, and the order in which its points are tried: those that the study allows. */
interface OrderedGrid {
  readonly grid: Enumeration
  readonly order: Int32Array
}

/** How many points a grid search of the space would try; Infinity when a parameter is continuous. */
export function gridPoints(space: SearchSpace): number {
  return enumerate(space).count
}

function checkedGrid(space: SearchSpace, maxPoints: number): Enumeration {
  const grid = enumerate(space)
  if (grid.continuous !== undefined) {
    throw new SpaceError(
      grid.continuous.name,
      'a grid needs finitely many values, this range is continuous',
      'Give it a step, make it an int or a choice, or use another sampler',
    )
  }
  if (grid.count > maxPoints) {
    const count = Number.isFinite(grid.count) ? grid.count.toLocaleString('en') : 'more than 10^308'
    throw new SpaceError(
      '',
      `The grid has ${count} points, more than the ${maxPoints.toLocaleString('en')} allowed`,
      'Coarsen the steps, drop parameters, raise maxPoints, or use another sampler',
    )
  }
  return grid
}

/** The grid points that trials hold, and the running trials that hold nothing yet. */
function survey(history: History, grid: Enumeration): { seen: Set<number>; undecided: number[] } {
  const seen = new Set<number>()
  const undecided: number[] = []
  for (const trial of history.trials) {
    const index = indexIn(grid, trial)
    if (index >= 0 && history.isAllowed?.(grid.pointAt(index)) !== false) seen.add(index)
    else if (trial.state === 'running' && pointOf(trial) === undefined) undecided.push(trial.number)
  }
  return { seen, undecided }
}

const indices = new WeakMap<TrialRecord, { grid: Enumeration; index: number }>()

function indexIn(grid: Enumeration, trial: TrialRecord): number {
  const cached = indices.get(trial)
  if (cached?.grid === grid) return cached.index
  const point = pointOf(trial)
  const index = point === undefined ? -1 : grid.indexOf(point)
  indices.set(trial, { grid, index })
  return index
}

/** The values a trial holds or, queued and not begun, will hold; undefined where a sampler has yet to say. */
function pointOf(trial: TrialRecord): ParamValues | undefined {
  return Object.keys(trial.params).length > 0 ? trial.params : fixedParams(trial)
}

/** The first `count` points of the order that are not in `seen`. */
function freePoints(order: Int32Array, seen: ReadonlySet<number>, count: number): number[] {
  const free: number[] = []
  for (let i = 0; i < order.length && free.length < count; i++) {
    const index = order[i] ?? 0
    if (!seen.has(index)) free.push(index)
  }
  return free
}

/** 0 … size − 1, shuffled (Fisher and Yates). */
function shuffledOrder(size: number, rng: Rng): Int32Array {
  const order = Int32Array.from({ length: size }, (_, i) => i)
  for (let i = size - 1; i > 0; i--) {
    const j = rng.int(i + 1)
    const held = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = held
  }
  return order
}
