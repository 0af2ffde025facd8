import { treeMarginals } from '../models/tree-marginals.ts'
import type { Parameter } from '../space/search-space.ts'
import type { Goal } from '../trial/history.ts'
import { hasCategories, onAxis, type ParamAxis, paramAxis } from './param-axis.ts'
import type { ResponseForest } from './response-forest.ts'
import { thinned } from './thinned.ts'

/** What a goal is expected to be at a value of a parameter, all others averaged over their ranges. */
export interface Dependence {
  /** From and to on the axis: numbers, or one place among categories. */
  readonly from: number
  readonly to: number
  readonly mean: number
  /** Standard deviation between the trees: how unsure it is. */
  readonly spread: number
}

/** A goal against one parameter. */
export interface SliceData {
  readonly goal: Goal
  readonly axis: ParamAxis
  readonly points: readonly { readonly number: number; readonly at: number; readonly value: number }[]
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
  const points = trials.flatMap(({ number, params, values }) => {
    const at = onAxis(parameter, params[path])
    return Number.isNaN(at) ? [] : [{ number, at, value: values[g] ?? Number.NaN }]
  })
  return {
    goal,
    axis: paramAxis(parameter),
    points: thinned(points, most),
    dependence: dependenceOn(response, index, parameter),
    of: points.length,
  }
}

function dependenceOn({ forest }: ResponseForest, index: number, parameter: Parameter): Dependence[] {
  const edges = forest.points.axes[index]?.edges ?? new Float64Array(0)
  const marginals = forest.trees.map((tree) => treeMarginals(forest, tree).single[index] ?? new Float64Array(0))
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

/** The number at a position of an axis; between the values of a stepped one, too, so that bands meet. */
function placeAt({ distribution }: Parameter, u: number): number {
  if (distribution.kind === 'categorical') return Number.NaN
  const { low, high, log } = distribution
  return log ? low * (high / low) ** u : low + (high - low) * u
}
