import type { Classification } from '../data/dataset.ts'
import { DataError } from '../errors.ts'
import type { ClassWeights } from '../network/loss.ts'

/**
 * One weight a class. 'balanced' is n / (classes · examples of the class), scikit-learn's; a class that does not occur gets 0.
 *
 * @throws DataError when there are too few or too many numbers, or one is negative
 */
export function resolveClassWeights(weights: ClassWeights, data: Classification): Float64Array {
  const { classes, count, labels } = data
  if (weights !== 'balanced') {
    const wrong = weights.find((weight) => !(weight >= 0 && Number.isFinite(weight)))
    if (wrong !== undefined) throw new DataError(`A class weight is ${wrong}`, 'Use numbers of at least 0')
    if (weights.length !== classes)
      throw new DataError(`${weights.length} class weights do not suit ${classes} classes`, 'Give one a class')
    return Float64Array.from(weights)
  }
  const frequencies = new Float64Array(classes)
  for (const label of labels) frequencies[label]! += 1
  return frequencies.map((frequency) => (frequency === 0 ? 0 : count / (classes * frequency)))
}
