import type { ChartSource } from '../analysis/chart-data.ts'
import { compareStudies, type StudyComparison } from '../analysis/study-comparison.ts'
import type { Chart, ChartTable } from '../charts/chart.ts'
import { comparisonChart } from '../charts/comparison-chart.ts'
import { comparisonWords } from '../charts/comparison-words.ts'
import { valueText } from '../text/param-text.ts'
import { nameText } from '../text/study-words.ts'

/** A study beside others, to be written into its report. */
export interface ReportedComparison {
  readonly title: string
  /** Who is better, and how sure that is: a sentence or two for each of the others. */
  readonly verdicts: readonly string[]
  readonly chart: Chart
  /** The best configuration of each, side by side. */
  readonly best: ChartTable & { readonly title: string }
}

/**
 * Holds a study beside others that share a goal.
 * @param goal its name, default the first goal of the first study
 * @throws {OptionError} where one has no such goal, or in the other direction
 */
export function reportedComparison(
  source: ChartSource,
  others: readonly ChartSource[],
  goal?: string,
): ReportedComparison {
  const data = compareStudies([source, ...others], goal)
  return {
    title: `Beside ${others.map(({ name }) => nameText(name)).join(', ')}`,
    verdicts: comparisonWords(data),
    chart: comparisonChart(data),
    best: bestConfigurations(data),
  }
}

function bestConfigurations({ studies }: StudyComparison): ReportedComparison['best'] {
  const paths = [...new Set(studies.flatMap(({ best }) => Object.keys(best?.params ?? {})))]
  const rows = paths.map((path) => [
    path,
    ...studies.map(({ best }) => {
      const value = best?.params[path]
      return value === undefined ? '–' : valueText(value)
    }),
  ])
  const trials = ['trial', ...studies.map(({ best }) => (best === undefined ? '–' : String(best.number)))]
  return {
    title: 'The best configurations side by side',
    columns: ['parameter', ...studies.map(({ name }) => nameText(name))],
    rows: [trials, ...rows],
  }
}
