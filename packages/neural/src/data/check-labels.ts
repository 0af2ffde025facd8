import { DataError } from '../errors.ts'
import type { Dataset } from './dataset.ts'

/**
 * Refuses what no classifier can learn from: one class alone, or one that is to be judged but was never seen.
 *
 * Regression passes. O(examples)
 *
 * @throws DataError that names the part, the class and an example
 */
export function checkLabels(
  parts: { readonly training: Dataset } & Readonly<Partial<Record<'validation' | 'test', Dataset>>>,
): void {
  const { training } = parts
  if (training.kind !== 'classification' || training.count === 0) return
  const seen = new Set(training.labels)
  if (seen.size < 2) {
    const [only] = seen
    throw new DataError(
      `All ${training.count} training examples are of class ${only}`,
      'Give examples of at least two classes',
    )
  }
  for (const name of ['validation', 'test'] as const) {
    const part = parts[name]
    if (part?.kind !== 'classification') continue
    const strange = part.labels.findIndex((label) => !seen.has(label))
    if (strange >= 0) {
      throw new DataError(
        `Class ${part.labels[strange]} (example ${strange} of the ${name} part) has no example in the training part`,
        'Give more examples of it, or leave it out',
      )
    }
  }
}
