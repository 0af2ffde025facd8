import { DataError } from '../errors.ts'
import { type RandomStream, randomStream, shuffle } from '../random.ts'
import { checkLabels } from './check-labels.ts'
import { type Dataset, selectRows } from './dataset.ts'
import { applyStandardization, fitStandardization } from './standardize.ts'

/** The three parts of a data set: learn from the first, choose by the second, judge once by the third. */
export interface DataParts<D extends Dataset> {
  readonly training: D
  readonly validation: D
  readonly test: D
}

export interface SplitOptions {
  /** Share of all examples for choosing, 0 up to 1; default 0.2. */
  readonly validation?: number
  /** Share of all examples kept untouched for the final judgement, 0 up to 1; default 0.2. */
  readonly test?: number
  /** The same seed gives the same parts; default 0. */
  readonly seed?: number
  /** Keep each class's share in every part (classification only); default true. */
  readonly stratified?: boolean
}

/** Row numbers of the three parts, each ascending. */
export type RowParts = Readonly<Record<keyof DataParts<Dataset>, Int32Array>>

/**
 * Splits `data` at random into training, validation and test parts.
 *
 * @returns three copies without common examples, each in the original order
 * @throws DataError when the shares leave a wanted part, or the training part, empty; when the training part holds one class alone, or
 *   another part a class that it has no example of. O(size)
 */
export function split<D extends Dataset>(data: D, options: SplitOptions = {}): DataParts<D> {
  const rows = splitRows(data.count, data.kind === 'classification' ? data.labels : undefined, options)
  const parts = {
    training: selectRows(data, rows.training),
    validation: selectRows(data, rows.validation),
    test: selectRows(data, rows.test),
  }
  checkLabels(parts)
  return parts
}

/**
 * Splits `data` and standardises all parts by the means and deviations of the training part alone.
 *
 * @see split for the options and errors
 * @example const { training, validation, test } = prepare(await digits(), { test: 0.3, seed: 1 })
 */
export function prepare<D extends Dataset>(data: D, options: SplitOptions = {}): DataParts<D> {
  const parts = split(data, options)
  const fitted = fitStandardization(parts.training)
  // The parts are copies already: changing them in place keeps large sets from lying in memory twice.
  for (const { features } of Object.values(parts)) applyStandardization(features, fitted)
  return parts
}

/** The rows of `split`; `labels`, where given, are kept in proportion unless the options say otherwise. */
export function splitRows(count: number, labels: Int32Array | undefined, options: SplitOptions): RowParts {
  const { validation = 0.2, test = 0.2, seed = 0, stratified = true } = options
  if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
    throw new DataError(
      `validation ${validation} and test ${test} leave nothing to train on`,
      'Make their sum less than 1',
    )
  }
  const random = randomStream(seed).split('split')
  const order = labels && stratified ? classByClass(labels, random) : inRandomOrder(count, random)
  const wanted = [test, validation]
  const parts = dealOut(order, wanted)
  for (const [i, share] of [...wanted, 1 - test - validation].entries()) {
    if (share > 0 && parts[i]?.length === 0)
      throw new DataError(
        `${count} examples are too few for shares of ${validation} and ${test}`,
        'Use more data or larger shares',
      )
  }
  const [testRows, validationRows, trainingRows] = parts.map((rows) => Int32Array.from(rows).sort())
  return { training: trainingRows!, validation: validationRows!, test: testRows! }
}

function inRandomOrder(count: number, random: RandomStream): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  shuffle(order, random)
  return order
}

/** Rows sorted by class, shuffled within: whoever takes every n-th of them takes every class in proportion. */
function classByClass(labels: Int32Array, random: RandomStream): Int32Array {
  return inRandomOrder(labels.length, random).sort((a, b) => (labels[a] ?? 0) - (labels[b] ?? 0))
}

/** Deals rows to the parts in step with their shares: at any point, no part is more than one row from its due. */
function dealOut(order: Int32Array, shares: readonly number[]): number[][] {
  const parts: number[][] = [...shares.map(() => []), []]
  order.forEach((row, i) => {
    const due = shares.findIndex((share, part) => (parts[part]?.length ?? 0) < Math.round(share * (i + 1)))
    parts.at(due)?.push(row)
  })
  return parts
}
