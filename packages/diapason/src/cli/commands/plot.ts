import { writeFile } from 'node:fs/promises'
import { Argument, type Command } from 'commander'
import { CHART_KINDS, type ChartKind, chartData } from '../../analysis/chart-data.ts'
import { goalIndex } from '../../analysis/importance.ts'
import { chartFile } from '../../charts/chart.ts'
import { drawChart } from '../../charts/draw-chart.ts'
import { OptionError } from '../../errors.ts'
import type { AnyStudy } from '../progress.ts'
import { type Output, standardOutput } from './output.ts'
import { type StoredOptions, withStorageOption, withStoredStudy } from './stored-study.ts'

interface PlotOptions extends StoredOptions {
  readonly output?: string
  readonly goal?: string
  readonly params?: readonly string[]
}

/** Adds `diapason plot`. */
export function register(program: Command, output: Output = standardOutput()): void {
  withStorageOption(program.command('plot').description('draw a chart of a study as SVG'))
    .argument('<study>', 'its name')
    .addArgument(new Argument('<chart>', 'which').choices(CHART_KINDS))
    .option('-o, --output <file>', 'write to a file (default: standard output)')
    .option('--goal <name>', 'whose values (default: the first goal)')
    .option('--params <paths...>', 'one for slice, two for contour (default: those that matter most)')
    .action((name: string, kind: ChartKind, options: PlotOptions) =>
      withStoredStudy(options.storage, name, async (study) => {
        const svg = chartSvg(study, kind, options)
        if (options.output === undefined) {
          output.write(svg)
          return
        }
        await writeFile(options.output, svg)
        output.write(`${kind} of ${study.name} written to ${options.output}\n`)
      }),
    )
}

function chartSvg(study: AnyStudy, kind: ChartKind, { goal, params = [] }: PlotOptions): string {
  for (const path of params) {
    if (study.space.byName.has(path)) continue
    const known = study.space.parameters.map(({ name }) => name).join(', ')
    throw new OptionError(`Study "${study.name}" has no parameter "${path}"`, `Name one of: ${known}`)
  }
  const index = goal === undefined ? 0 : goalIndex(study.goals, goal)
  const data = chartData(study, kind, { goal: index, params, now: Date.now() })
  if (data === undefined) {
    throw new OptionError(
      `Study "${study.name}" has nothing to draw as ${kind}`,
      'See what it holds by `diapason show`',
    )
  }
  return chartFile(drawChart(data))
}
