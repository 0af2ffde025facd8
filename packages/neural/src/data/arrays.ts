import { DataError } from '../errors.ts'
import type { Features } from './images.ts'

/**
 * Features of examples given as one array each.
 *
 * @returns `featureShape` [length of the arrays]. O(size)
 * @throws DataError when there is none, or lengths differ
 * @example classification({ ...rowFeatures([[1, 2], [3, 4]]), ...textLabels(['no', 'yes']) })
 */
export function rowFeatures(rows: readonly ArrayLike<number>[]): Features {
  const width = rows[0]?.length ?? 0
  if (width === 0) throw new DataError('There are no features', 'Give at least one example with at least one number')
  const other = rows.findIndex((row) => row.length !== width)
  if (other >= 0) {
    throw new DataError(
      `Example ${other} has ${rows[other]?.length} features, example 0 has ${width}`,
      'Make them equally long',
    )
  }
  const features = new Float32Array(rows.length * width)
  for (const [i, row] of rows.entries()) features.set(row, i * width)
  return { features, featureShape: [width] }
}

/** Classes given in words, as numbers. */
export interface TextLabels {
  readonly labels: Int32Array
  readonly classes: number
  /** The word of each class. */
  readonly classNames: readonly string[]
}

/**
 * Numbers the classes that `words` name, in alphabetical order.
 *
 * @param classNames the classes, where they are known already: those of the training data when others are to be judged
 * @throws DataError when a word is not among `classNames`
 */
export function textLabels(words: readonly string[], classNames?: readonly string[]): TextLabels {
  const names = classNames ?? [...new Set(words)].sort()
  const numbers = new Map(names.map((name, i) => [name, i]))
  const labels = Int32Array.from(words, (word, row) => {
    const label = numbers.get(word)
    if (label !== undefined) return label
    throw new DataError(
      `Example ${row} has the label ${JSON.stringify(word)}, which is none of ${showNames(names)}`,
      'Correct it',
    )
  })
  return { labels, classes: names.length, classNames: names }
}

/** At most eight names, quoted. */
export function showNames(names: readonly string[]): string {
  const shown = names
    .slice(0, 8)
    .map((name) => JSON.stringify(name))
    .join(', ')
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown
}
