import { treeMarginals } from '../models/tree-marginals.ts'
import { isActive, type Parameter } from '../space/search-space.ts'
import { isFeasible } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { hasCategories, onAxis, type ParamAxis, paramAxis } from './param-axis.ts'
import type { ResponseForest } from './response-forest.ts'
import { thinned } from './thinned.ts'

/** What a goal is expected to be at a value of a parameter, all others averaged over their ranges; for one that only some options bring, over these. */
export interface Dependence {
  /** From and to on the axis: numbers, or one place among categories. */
  readonly from: number
  readonly to: number
  readonly mean: number
  /** Standard deviation between the trees. */
  readonly spread: number
}

/** A complete trial at a place of an axis. */
export interface SlicePoint {
  readonly number: number
  readonly at: number
  readonly value: number
  /** Breaks a constraint. */
  readonly isInfeasible?: true
}

/** A goal against one parameter. */
export interface SliceData {
  readonly goal: Goal
  readonly axis: ParamAxis
  readonly points: readonly SlicePoint[]
  readonly dependence: readonly Dependence[]
  readonly of: number
}

/** The trials along one parameter, and the response that a forest learnt. @param most how many points, default 1,000 */
export function sliceData(response: ResponseForest, path: string, most = 1000): SliceData | undefined {
  const index = response.params.findIndex(({ name }) => name === path)
  const parameter = response.params[index]
  if (parameter === undefined) return undefined
  const { goal, trials } = response
  const g = response.goalIndex
  const points = trials.flatMap((trial): SlicePoint[] => {
    const at = onAxis(parameter, trial.params[path])
    if (Number.isNaN(at)) return []
    const point = { number: trial.number, at, value: trial.values[g] ?? Number.NaN }
    return [isFeasible(trial) ? point : { ...point, isInfeasible: true }]
  })
  return {
    goal,
    axis: paramAxis(parameter),
    points: thinned(points, most),
    dependence: dependenceOn(response, index, parameter),
    of: points.length,
  }
}

function dependenceOn(response: ResponseForest, index: number, parameter: Parameter): Dependence[] {
  const { forest } = response
  const edges = forest.points.axes[index]?.edges ?? new Float64Array(0)
  const marginals = marginalsOf(response, index, parameter)
  return Array.from({ length: Math.max(0, edges.length - 1) }, (_, b) => {
    const values = marginals.map((marginal) => marginal[b] ?? Number.NaN)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    const place = (u: number) => (hasCategories(parameter) ? b : placeAt(parameter, u))
    return {
      from: place(edges[b] ?? 0),
      to: place(edges[b + 1] ?? 1),
      mean,
      spread: Math.sqrt(squares / values.length),
    }
  })
}

/** By tree, the mean in each bin: over everything, or where the parameter is there at all. */
function marginalsOf({ forest, params }: ResponseForest, index: number, parameter: Parameter): Float64Array[] {
  const { condition } = parameter
  const parent = params.findIndex(({ name }) => name === condition?.parent)
  const held = condition === undefined || parent < 0 ? [] : binsWithin(forest, parent, params[parent], parameter)
  if (held.length === 0) return forest.trees.map((tree) => treeMarginals(forest, tree).single[index] ?? NOTHING)
  const total = held.reduce((sum, { width }) => sum + width, 0)
  const bins = (forest.points.axes[index]?.edges.length ?? 1) - 1
  return forest.trees.map((tree) => {
    const grid = treeMarginals(forest, tree, [[parent, index]]).pairs[0] ?? NOTHING
    return Float64Array.from(
      { length: bins },
      (_, b) => held.reduce((sum, { bin, width }) => sum + width * (grid[bin * bins + b] ?? 0), 0) / total,
    )
  })
}

const NOTHING = new Float64Array(0)

/** The bins of a parent's axis in which it brings what depends on it. */
function binsWithin(
  { points }: ResponseForest['forest'],
  axis: number,
  parent: Parameter | undefined,
  parameter: Parameter,
): readonly { readonly bin: number; readonly width: number }[] {
  const edges = points.axes[axis]?.edges ?? NOTHING
  return Array.from({ length: Math.max(0, edges.length - 1) }, (_, bin) => {
    const [from, to] = [edges[bin] ?? 0, edges[bin + 1] ?? 1]
    const value = parent?.column.decode((from + to) / 2)
    return {
      bin,
      width: to - from,
      isHeld: parent !== undefined && value !== undefined && isActive(parameter, { [parent.name]: value }),
    }
  }).filter(({ isHeld }) => isHeld)
}

/** The number at a position of an axis; between the values of a stepped one, too, so that bands meet. */
function placeAt({ distribution }: Parameter, u: number): number {
  if (distribution.kind === 'categorical') return Number.NaN
  const { low, high, log } = distribution
  return log ? low * (high / low) ** u : low + (high - low) * u
}
