export type { Ablation } from '../analysis/ablation.ts'
export {
  CHART_KINDS,
  type ChartData,
  type ChartKind,
  type ChartOptions,
  type ChartSource,
  chartData,
} from '../analysis/chart-data.ts'
export { type ConfirmedFacts, confirmationWords } from '../analysis/confirmation-words.ts'
export type { ContourData } from '../analysis/contour-data.ts'
export type { CostData, CostPoint } from '../analysis/cost-data.ts'
export type { Curve, CurvesData } from '../analysis/curves-data.ts'
export type { EfficiencyData, EfficiencyPoint } from '../analysis/efficiency-data.ts'
export type { FailureGroup } from '../analysis/failure-groups.ts'
export type { Forecast, ForecastStep } from '../analysis/forecast.ts'
export type { HistoryData, HistoryPoint } from '../analysis/history-data.ts'
export type { HypervolumeData } from '../analysis/hypervolume-data.ts'
export type { Importance, ParamImportance } from '../analysis/importance.ts'
export type { ParallelData, ParallelLine } from '../analysis/parallel-data.ts'
export type { ParamAxis } from '../analysis/param-axis.ts'
export type { ParetoData, ParetoPoint } from '../analysis/pareto-data.ts'
export type { RungAgreement, RungsData } from '../analysis/rungs-data.ts'
export type { Dependence, SliceData, SlicePoint } from '../analysis/slice-data.ts'
export {
  type ComparedStudy,
  compareStudies,
  type StudyComparison,
  type StudyDifference,
} from '../analysis/study-comparison.ts'
export type { TimelineBar, TimelineData } from '../analysis/timeline-data.ts'
export { counted, countText, durationText, numberText, percentText } from '../text/numbers.ts'
export type { Goal } from '../trial/history.ts'
export { ablationChart } from './ablation-chart.ts'
export { type Chart, type ChartSize, type ChartTable, chartFile } from './chart.ts'
export { CHART_STYLE } from './chart-style.ts'
export { comparisonChart } from './comparison-chart.ts'
export { comparisonWords } from './comparison-words.ts'
export { contourChart } from './contour-chart.ts'
export { costChart } from './cost-chart.ts'
export { curvesChart } from './curves-chart.ts'
export { drawChart } from './draw-chart.ts'
export { efficiencyChart } from './efficiency-chart.ts'
export { historyChart } from './history-chart.ts'
export { hypervolumeChart } from './hypervolume-chart.ts'
export { importanceCaption, importanceChart } from './importance-chart.ts'
export { type AxisRange, type ParallelAxis, type ParallelLayout, parallelLayout, valueAt } from './parallel-axes.ts'
export { type ParallelChartOptions, parallelChart } from './parallel-chart.ts'
export { paretoChart } from './pareto-chart.ts'
export { rungsChart } from './rungs-chart.ts'
export { sliceChart } from './slice-chart.ts'
export { timelineChart } from './timeline-chart.ts'
