import { binOf } from '../models/binning.ts'
import { treeMarginals } from '../models/tree-marginals.ts'
import type { Parameter } from '../space/search-space.ts'
import type { Goal } from '../trial/history.ts'
import { hasCategories, onAxis, type ParamAxis, paramAxis } from './param-axis.ts'
import type { ResponseForest } from './response-forest.ts'
import { thinned } from './thinned.ts'

/** What a goal is expected to be over two parameters. */
export interface ContourData {
  readonly goal: Goal
  readonly x: ParamAxis
  readonly y: ParamAxis
  /** Columns and rows of the grid, even in each axis's scale; as many as there are categories. */
  readonly columns: number
  readonly rows: number
  /** Expected values, row by row from the low end of y; all other parameters averaged over their ranges. */
  readonly cells: readonly number[]
  readonly points: readonly {
    readonly number: number
    readonly x: number
    readonly y: number
    readonly value: number
  }[]
  readonly of: number
  /** Share of the goal's variance that lies in how the two act together, beyond what each does alone; undefined where it was not worked out. */
  readonly interaction?: number
}

const GRID = 40

/** The response over two parameters, by the forest that learnt it. Undefined where one of them is not there or never varied. */
export function contourData(
  response: ResponseForest,
  paths: readonly [x: string, y: string],
  most = 500,
): ContourData | undefined {
  const { params, trials, goal, goalIndex, forest } = response
  const [a, b] = paths.map((path) => params.findIndex(({ name }) => name === path)) as [number, number]
  const [first, second] = [params[a], params[b]]
  if (first === undefined || second === undefined || a === b) return undefined
  const [across, up] = [cellsOf(first), cellsOf(second)]
  const pick = (j: number, count: number) => {
    const edges = forest.points.axes[j]?.edges ?? new Float64Array(2)
    return Array.from({ length: count }, (_, i) => binOf(edges, (i + 0.5) / count))
  }
  const [columns, rows] = [pick(a, across), pick(b, up)]
  const stride = (forest.points.axes[b]?.edges.length ?? 1) - 1
  const cells = new Array<number>(across * up).fill(0)
  for (const tree of forest.trees) {
    const grid = treeMarginals(forest, tree, [[a, b]]).pairs[0]
    for (const [r, row] of rows.entries()) {
      for (const [c, column] of columns.entries()) {
        cells[r * across + c] =
          (cells[r * across + c] ?? 0) + (grid?.[column * stride + row] ?? 0) / forest.trees.length
      }
    }
  }
  const points = trials.flatMap(({ number, params: held, values }) => {
    const x = onAxis(first, held[first.name])
    const y = onAxis(second, held[second.name])
    return Number.isNaN(x) || Number.isNaN(y) ? [] : [{ number, x, y, value: values[goalIndex] ?? Number.NaN }]
  })
  return {
    goal,
    x: paramAxis(first),
    y: paramAxis(second),
    columns: across,
    rows: up,
    cells,
    points: thinned(points, most),
    of: points.length,
  }
}

function cellsOf(parameter: Parameter): number {
  return hasCategories(parameter) ? parameter.column.size : GRID
}
