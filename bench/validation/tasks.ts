// The tasks that fold tables and seed tables are recorded on: dense networks on small real data sets.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  breastCancer,
  type Classification,
  type Dataset,
  DivergenceError,
  denseObjective,
  diabetes,
  digits,
  fitStandardization,
  iris,
  parseTable,
  type Regression,
  regression,
  selectRows,
  standardize,
  wine,
} from '@diapason/neural'
import { kFold, type Splitter, stratifiedKFold } from 'diapason'
import type { FoldTable } from './fold-table.ts'
import { keel } from './keel.ts'

/** A data set, how it is split, and how long networks train on it. */
export interface Task {
  readonly data: () => Promise<Dataset>
  readonly splitter: Splitter
  readonly configs: number
  readonly epochs: number
  readonly metric: FoldTable['metric']
}

const ACCURACY = { name: 'accuracy', direction: 'maximize', range: [0, 1] } as const
const LOSS = { name: 'mean_squared_error', direction: 'minimize', range: [0, Number.POSITIVE_INFINITY] } as const
const classes = { splitter: stratifiedKFold(5, { seed: 1 }), configs: 120, epochs: 15, metric: ACCURACY }

export const TASKS: { readonly [name: string]: Task } = {
  iris: { ...classes, data: iris, epochs: 30 },
  wine: { ...classes, data: wine },
  'breast-cancer': { ...classes, data: breastCancer },
  digits: { ...classes, data: () => firstRows(1200) },
  'digits-10': { ...classes, data: () => firstRows(600), splitter: stratifiedKFold(10, { seed: 1 }), configs: 80 },
  heart: { ...classes, data: async () => keel('heart') },
  libras: { ...classes, data: async () => keel('movement_libras') },
  ionosphere: { ...classes, data: async () => keel('ionosphere') },
  sonar: { ...classes, data: async () => keel('sonar') },
  vehicle: { ...classes, data: async () => keel('vehicle') },
  vowel: { ...classes, data: async () => keel('vowel') },
  wisconsin: {
    ...classes,
    data: async () => keel('wisconsin'),
    splitter: stratifiedKFold(10, { seed: 1 }),
    configs: 80,
  },
  cars: { ...classes, data: cars, splitter: kFold(5, { seed: 1 }), epochs: 30, metric: LOSS },
  diabetes: { ...classes, data: diabetesNumbers, splitter: kFold(5, { seed: 1 }), epochs: 30, metric: LOSS },
}

/** Ten measurements, the category as a number, the target in hundreds. */
async function diabetesNumbers(): Promise<Dataset> {
  const table = await diabetes()
  const columns = table.columns.map((column) => (column.kind === 'category' ? column.codes : column.values))
  const at = table.columns.findIndex(({ name }) => name === 'progression')
  const inputs = columns.filter((_, c) => c !== at)
  return regression({
    features: Float32Array.from(
      { length: table.count * inputs.length },
      (_, i) => inputs[i % inputs.length]?.[Math.floor(i / inputs.length)] ?? 0,
    ),
    featureShape: [inputs.length],
    targets: Float32Array.from(columns[at] ?? [], (y) => y / 100),
  })
}

/** Miles per gallon, in tens, from four measurements and the year. */
async function cars(): Promise<Dataset> {
  const table = parseTable(readFileSync(join(import.meta.dirname, '../fit/tables/cars.csv'), 'utf8'))
  const numbers = table.columns.flatMap((column) =>
    column.kind === 'number' && !column.values.some(Number.isNaN) ? column : [],
  )
  const inputs = numbers.filter(({ name }) => name !== 'mpg')
  const target = numbers.find(({ name }) => name === 'mpg')
  return regression({
    features: Float32Array.from(
      { length: table.count * inputs.length },
      (_, i) => inputs[i % inputs.length]?.values[Math.floor(i / inputs.length)] ?? 0,
    ),
    featureShape: [inputs.length],
    targets: Float32Array.from(target?.values ?? [], (mpg) => mpg / 10),
  })
}

async function firstRows(count: number): Promise<Dataset> {
  const { train } = stratifiedSample(await digits(), count)
  return train
}

function stratifiedSample(data: Classification, count: number): { train: Classification } {
  const parts = stratifiedKFold(Math.floor(data.count / count) + 1, { seed: 0 }).split({
    count: data.count,
    labels: data.labels,
  })
  const rows = Int32Array.from(parts.flatMap(({ test }) => Array.from(test)).slice(0, count)).sort()
  return { train: selectRows(data, rows) }
}

export function labelsOf(data: Dataset): { labels?: Int32Array } {
  return data.kind === 'classification' ? { labels: data.labels } : {}
}

/** One fold: standardised by its own training part; a training that diverges is worth nothing. */
export async function score(
  data: Dataset,
  params: never,
  train: Int32Array,
  test: Int32Array,
  task: Task,
  seed: number,
) {
  const fitted = fitStandardization(selectRows(data, train))
  const parts = {
    training: standardize(selectRows(data, train), fitted),
    validation: standardize(selectRows(data, test), fitted),
  }
  const objective = denseObjective(parts as { training: Classification; validation: Classification }, {
    epochs: task.epochs,
  })
  try {
    return await objective(params, { number: 0, seed, signal: new AbortController().signal, async report() {} })
  } catch (error) {
    if (error instanceof DivergenceError) return task.metric.direction === 'maximize' ? 0 : variance(data as Regression)
    throw error
  }
}

function variance({ targets }: Regression): number {
  const mean = targets.reduce((sum, y) => sum + y, 0) / targets.length
  return targets.reduce((sum, y) => sum + (y - mean) ** 2, 0) / targets.length
}
