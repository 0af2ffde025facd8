import type { Label } from './splitter.ts'

/** Labels as numbers. */
export interface LabelCodes {
  /** The distinct labels; a code is a place in this list. */
  readonly labels: readonly Label[]
  /** One an example. */
  readonly codes: Int32Array
  /** Examples a code. */
  readonly counts: Int32Array
}

/** Numbers labels in ascending order (as NumPy's `unique`), or in the order in which they first appear. */
export function encodeLabels(column: ArrayLike<Label>, order: 'ascending' | 'appearance' = 'ascending'): LabelCodes {
  const distinct = new Set<Label>()
  for (let i = 0; i < column.length; i++) distinct.add(column[i]!)
  const labels = order === 'ascending' ? [...distinct].sort(compareLabels) : [...distinct]
  const codeOf = new Map(labels.map((label, code) => [label, code]))
  const codes = Int32Array.from({ length: column.length }, (_, i) => codeOf.get(column[i]!)!)
  const counts = new Int32Array(labels.length)
  for (const code of codes) counts[code]!++
  return { labels, codes, counts }
}

/** The places of the numbers for which something holds, ascending. */
export function placesWhere(numbers: ArrayLike<number>, holds: (number: number) => boolean): Int32Array {
  const places: number[] = []
  for (let i = 0; i < numbers.length; i++) if (holds(numbers[i]!)) places.push(i)
  return Int32Array.from(places)
}

function compareLabels(a: Label, b: Label): number {
  // A column that mixes numbers and text has no order of its own; any fixed one will do.
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
