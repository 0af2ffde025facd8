// The tables that fits are compared on, and how a seed splits them: three quarters to learn from, one to be judged by.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  breastCancer,
  type Classification,
  diabetes,
  digits,
  iris,
  parseTable,
  type Table,
  tableFromColumns,
  wine,
} from '@diapason/neural'
import { kFold, stratifiedKFold } from 'diapason'

/** A table and what is to be predicted of it. */
export interface FitTaskTable {
  readonly table: () => Promise<Table>
  readonly target: string
  readonly kind: 'classes' | 'numbers'
}

export const TASKS: Readonly<Record<string, FitTaskTable>> = {
  digits: { table: async () => labelled(await digits()), target: 'class', kind: 'classes' },
  breastCancer: { table: async () => labelled(await breastCancer()), target: 'class', kind: 'classes' },
  wine: { table: async () => labelled(await wine()), target: 'class', kind: 'classes' },
  iris: { table: async () => labelled(await iris()), target: 'class', kind: 'classes' },
  diabetes: { table: diabetes, target: 'progression', kind: 'numbers' },
  cars: { table: async () => cars(), target: 'mpg', kind: 'numbers' },
}

const cars = (): Table => parseTable(readFileSync(join(import.meta.dirname, 'tables/cars.csv'), 'utf8'))

function labelled({ features, featureShape, labels, count }: Classification): Table {
  const width = featureShape.reduce((product, size) => product * size, 1)
  const columns = Array.from({ length: width }, (_, column) => [
    `x${column}`,
    Array.from({ length: count }, (_, row) => features[row * width + column]!),
  ])
  return tableFromColumns({ ...Object.fromEntries(columns), class: Array.from(labels, (label) => `c${label}`) })
}

/** Rows to learn from and to be judged by: a quarter, the classes evenly. */
export function splitOf({ columns, count }: Table, { target, kind }: FitTaskTable, seed: number) {
  const column = columns.find(({ name }) => name === target)
  const labels = column?.kind === 'category' ? { labels: column.codes } : {}
  const splitter = kind === 'classes' ? stratifiedKFold(4, { seed }) : kFold(4, { seed })
  return splitter.split({ count, ...labels })[0]!
}

/** A table as CSV text; gaps are empty cells. */
export function csvOf({ columns, count }: Table): string {
  const cell = (row: number) => (column: Table['columns'][number]) => {
    if (column.kind === 'category') return column.categories[column.codes[row]!] ?? ''
    const value = column.values[row]!
    return Number.isNaN(value) ? '' : String(value)
  }
  const lines = Array.from({ length: count }, (_, row) => columns.map(cell(row)).join(','))
  return `${[columns.map(({ name }) => name).join(','), ...lines].join('\n')}\n`
}
