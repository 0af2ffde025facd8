import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type Classification, classification } from './dataset.ts'

const WIDTH = 64

/**
 * 1,797 handwritten digits, 8×8 pixels from 0 to 16, ten classes. Reads a file shipped with this package; Node only.
 *
 * @returns `featureShape` [1, 8, 8]; not yet standardised
 * Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (CC BY 4.0), as packaged by scikit-learn.
 */
export async function digits(): Promise<Classification> {
  // Both src/data/ and dist/ lie beside data/ at a known distance; the package's own name finds it from either.
  const file = new URL('./data/digits.csv.gz', import.meta.resolve('@diapason/neural/package.json'))
  const text = (await promisify(gunzip)(await readFile(file))).toString('latin1')
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
