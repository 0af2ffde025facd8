import { shippedFile } from '#files'
import { type Classification, classification } from './dataset.ts'
import { type DataSource, readText } from './source.ts'

const WIDTH = 64

/**
 * 1,797 handwritten digits, 8×8 pixels from 0 to 16, ten classes.
 *
 * @param source default: the file shipped with this package; give its address where a bundler has moved it
 * @returns `featureShape` [1, 8, 8]; not yet standardised
 * Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (CC BY 4.0), as packaged by scikit-learn.
 */
export async function digits(source: DataSource = shippedFile('digits.csv.gz')): Promise<Classification> {
  const text = await readText(source)
  const numbers = Float32Array.from(text.trim().split(/[\n,]/), Number)
  const count = numbers.length / (WIDTH + 1)
  const features = new Float32Array(count * WIDTH)
  const labels = new Int32Array(count)
  for (let row = 0; row < count; row++) {
    const start = row * (WIDTH + 1)
    features.set(numbers.subarray(start, start + WIDTH), row * WIDTH)
    labels[row] = numbers[start + WIDTH] ?? 0
  }
  return classification({ features, featureShape: [1, 8, 8], labels, classes: 10 })
}
