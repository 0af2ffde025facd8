import type { ParamValues, SearchSpace } from '../space/search-space.ts'
import type { Fidelity, Goal } from '../trial/history.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { type Ablation, ablation } from './ablation.ts'
import { type ContourData, contourData } from './contour-data.ts'
import { type CostData, costData } from './cost-data.ts'
import { type CurvesData, curvesData } from './curves-data.ts'
import { defaultTrial } from './default-trial.ts'
import { type EfficiencyData, efficiencyData } from './efficiency-data.ts'
import { functionalAnova, type Interaction } from './functional-anova.ts'
import { type HistoryData, historyData } from './history-data.ts'
import { type HypervolumeData, hypervolumeData } from './hypervolume-data.ts'
import { type Importance, importance } from './importance.ts'
import { leadingParams, type ParallelData, parallelData } from './parallel-data.ts'
import { type ParetoData, paretoData } from './pareto-data.ts'
import { type ResponseForest, responseForest } from './response-forest.ts'
import { type RungsData, rungsData } from './rungs-data.ts'
import { type SliceData, sliceData } from './slice-data.ts'
import { type TimelineData, timelineData } from './timeline-data.ts'

/** What charts are made from; a `Study` is one. */
export interface ChartSource {
  readonly name: string
  readonly goals: readonly Goal[]
  readonly trials: readonly TrialRecord[]
  readonly space: SearchSpace
  readonly fidelity: Fidelity | undefined
  /** The default configuration by path, where the space declares one. */
  readonly defaults: ParamValues | undefined
}

/** The data of one chart, by the chart's kind; plain data that JSON can hold, but for infinite numbers. */
export type ChartData =
  | { readonly kind: 'history'; readonly data: HistoryData }
  | { readonly kind: 'curves'; readonly data: CurvesData }
  | { readonly kind: 'importance'; readonly data: Importance }
  | { readonly kind: 'parallel'; readonly data: ParallelData }
  | { readonly kind: 'slice'; readonly data: SliceData }
  | { readonly kind: 'contour'; readonly data: ContourData }
  | { readonly kind: 'pareto'; readonly data: ParetoData }
  | { readonly kind: 'timeline'; readonly data: TimelineData }
  | { readonly kind: 'efficiency'; readonly data: EfficiencyData }
  | { readonly kind: 'rungs'; readonly data: RungsData }
  | { readonly kind: 'hypervolume'; readonly data: HypervolumeData }
  | { readonly kind: 'cost'; readonly data: CostData }
  | { readonly kind: 'ablation'; readonly data: Ablation }

/** The kinds of charts. */
export type ChartKind = ChartData['kind']

/** Every kind, in the order in which a person reads them. */
export const CHART_KINDS = [
  'history',
  'importance',
  'ablation',
  'pareto',
  'hypervolume',
  'efficiency',
  'curves',
  'rungs',
  'parallel',
  'slice',
  'contour',
  'cost',
  'timeline',
] as const satisfies readonly ChartKind[]

/** With fewer trials there is nothing to see in some charts. */
const FEWEST_TRIALS = 4

/** Which part of a study a chart shows. */
export interface ChartOptions {
  /** Position of the goal, default 0. */
  readonly goal?: number
  /** Parameters by path: one for a slice, two for a contour; default: those that matter most. */
  readonly params?: readonly string[]
  /** How the goal answers to the parameters, where somebody keeps it; default: it is learnt. */
  readonly response?: () => ResponseForest
  /** Milliseconds since 1970, for trials that run. */
  readonly now: number
}

/** The data of a chart of a study; undefined where there is nothing to draw: one goal has no front, a study without reports no curves. */
export function chartData(source: ChartSource, kind: ChartKind, options: ChartOptions): ChartData | undefined {
  const { goals, trials, space, fidelity, defaults } = source
  const { goal: index = 0, params = [], now } = options
  const response = options.response ?? (() => responseForest(trials, space, goals, index))
  const goal = goals[index]
  switch (kind) {
    case 'history': {
      const data = historyData(trials, goals, { goal: index, defaultTrial: defaultTrial(trials, defaults) })
      return data.finished === 0 ? undefined : { kind, data }
    }
    case 'curves': {
      const data = curvesData(trials, goals, fidelity)
      return data.of === 0 ? undefined : { kind, data }
    }
    case 'importance': {
      const data = importance(trials, goals, goal === undefined ? {} : { goal: goal.name })
      return data.params.length === 0 ? undefined : { kind, data }
    }
    case 'ablation': {
      const data = ablation(source)
      return data === undefined ? undefined : { kind, data }
    }
    case 'parallel': {
      const data = parallelData(trials, space, goals, { goal: index })
      return data.lines.length === 0 ? undefined : { kind, data }
    }
    case 'slice': {
      const path = params[0] ?? importantParams(source, index)[0]
      const data = path === undefined ? undefined : sliceData(response(), path)
      return data === undefined || data.points.length === 0 ? undefined : { kind, data }
    }
    case 'contour': {
      const learnt = response()
      const { interactions } = functionalAnova(learnt)
      const [x, y] = params.length >= 2 ? params : strongestPair(source, index, interactions)
      const data = x === undefined || y === undefined ? undefined : contourData(learnt, [x, y])
      if (data === undefined || data.points.length === 0) return undefined
      const together = interactions.find(({ paths }) => paths.every((path) => path === x || path === y))
      return { kind, data: { ...data, interaction: together?.share ?? 0 } }
    }
    case 'pareto': {
      const data = goals.length < 2 ? undefined : paretoData(trials, goals)
      return data === undefined || data.of === 0 ? undefined : { kind, data }
    }
    case 'efficiency': {
      const data = efficiencyData(trials, goals, index)
      return data.of < FEWEST_TRIALS || data.reached.length === 0 ? undefined : { kind, data }
    }
    case 'rungs': {
      const data = rungsData(trials, goals, fidelity)
      return data.rungs.length === 0 ? undefined : { kind, data }
    }
    case 'hypervolume': {
      const data = goals.length < 2 ? undefined : hypervolumeData(trials, goals)
      return data === undefined || data.of === 0 ? undefined : { kind, data }
    }
    case 'cost': {
      const data = costData(trials, goals, index)
      return data.of < FEWEST_TRIALS ? undefined : { kind, data }
    }
    case 'timeline': {
      const data = timelineData(trials, now)
      return data === undefined ? undefined : { kind, data }
    }
    default:
      throw kind satisfies never
  }
}

/** Paths of the parameters that vary, the most important for a goal first. */
export function importantParams({ trials, space, goals }: ChartSource, index = 0): readonly string[] {
  const goal = goals[index]
  const { params } = importance(trials, goals, goal === undefined ? {} : { goal: goal.name })
  const varied = leadingParams(trials, space, goals, index, Number.POSITIVE_INFINITY).map(({ name }) => name)
  const rank = new Map(params.map(({ path }, i) => [path, i]))
  return varied.toSorted((a, b) => (rank.get(a) ?? params.length) - (rank.get(b) ?? params.length))
}

/** The two parameters that act together most; where none do, the two most important ones. */
function strongestPair(
  source: ChartSource,
  index: number,
  [first]: readonly Interaction[],
): readonly (string | undefined)[] {
  return first !== undefined && first.share > 0.01 ? first.paths : importantParams(source, index)
}
