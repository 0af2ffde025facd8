import type { Classification, Dataset, Regression } from './dataset.ts'
import { type EncodingOptions, encodeTable, fitEncoding, type TableEncoding } from './encoding.ts'
import { type DataParts, type SplitOptions, splitRows } from './split.ts'
import { columnOf, selectTableRows, type Table } from './table.ts'

/** A table's parts as data sets, and how they were made of it. */
export type PreparedTable = PreparedClassification | PreparedRegression

export interface PreparedClassification extends DataParts<Classification> {
  readonly kind: 'classification'
  readonly encoding: TableEncoding
}
export interface PreparedRegression extends DataParts<Regression> {
  readonly kind: 'regression'
  readonly encoding: TableEncoding
}

/**
 * Splits a table and makes data sets of its parts; means, deviations and categories are those of the training part alone.
 *
 * @param options `target`: the column to predict; the rest as in `split` and `fitEncoding`
 * @returns tagged by `kind`: categories to predict make a classification, numbers a regression (standardised, see `decodeTargets`)
 * @throws DataError as `split`, `fitEncoding` and `encodeTable`. O(size)
 * @example
 * const data = prepareTable(await readTable('houses.csv'), { target: 'price', seed: 1 })
 * if (data.kind === 'regression') console.log(data.training.count, data.encoding.columns)
 */
export function prepareTable(table: Table, options: EncodingOptions & SplitOptions): PreparedTable {
  const target = columnOf(table, options.target)
  const rows = splitRows(table.count, target.kind === 'category' ? target.codes : undefined, options)
  const training = selectTableRows(table, rows.training)
  const encoding = fitEncoding(training, options)
  const encode = (part: Int32Array): Dataset => encodeTable(selectTableRows(table, part), encoding)
  const parts = { training: encode(rows.training), validation: encode(rows.validation), test: encode(rows.test) }
  return { kind: parts.training.kind, ...parts, encoding } as PreparedTable // All parts have the target's kind.
}
