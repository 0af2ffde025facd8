import type { ChartData } from '../analysis/chart-data.ts'
import { ablationChart } from './ablation-chart.ts'
import type { Chart, ChartSize } from './chart.ts'
import { contourChart } from './contour-chart.ts'
import { costChart } from './cost-chart.ts'
import { curvesChart } from './curves-chart.ts'
import { efficiencyChart } from './efficiency-chart.ts'
import { historyChart } from './history-chart.ts'
import { hypervolumeChart } from './hypervolume-chart.ts'
import { importanceChart } from './importance-chart.ts'
import { parallelChart } from './parallel-chart.ts'
import { paretoChart } from './pareto-chart.ts'
import { rungsChart } from './rungs-chart.ts'
import { sliceChart } from './slice-chart.ts'
import { timelineChart } from './timeline-chart.ts'

/** Draws the data of a chart, whichever it is. */
export function drawChart(chart: ChartData, size: ChartSize = {}): Chart {
  switch (chart.kind) {
    case 'history':
      return historyChart(chart.data, size)
    case 'curves':
      return curvesChart(chart.data, size)
    case 'importance':
      return importanceChart(chart.data, size)
    case 'parallel':
      return parallelChart(chart.data, size)
    case 'slice':
      return sliceChart(chart.data, size)
    case 'contour':
      return contourChart(chart.data, size)
    case 'pareto':
      return paretoChart(chart.data, size)
    case 'timeline':
      return timelineChart(chart.data, size)
    case 'efficiency':
      return efficiencyChart(chart.data, size)
    case 'rungs':
      return rungsChart(chart.data, size)
    case 'hypervolume':
      return hypervolumeChart(chart.data, size)
    case 'ablation':
      return ablationChart(chart.data, size)
    case 'cost':
      return costChart(chart.data, size)
    default:
      throw chart satisfies never
  }
}
