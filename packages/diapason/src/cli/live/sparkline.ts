import type { Report } from '../../trial/trial-record.ts'

const BLOCKS = '▁▂▃▄▅▆▇█'

/** The lowest and the highest value that curves are drawn between. */
export type CurveRange = readonly [low: number, high: number]

/** The range of all finite values of some curves; undefined where there are none. */
export function curveRange(curves: readonly (readonly Report[])[]): CurveRange | undefined {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const curve of curves) {
    for (const [, value] of curve) {
      if (!Number.isFinite(value)) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return low <= high ? [low, high] : undefined
}

/**
 * A curve in `width` cells. With `lastStep`, the line's length is the share of the way there; without, the latest points
 * fill it. A value that is no finite number is drawn as `×`.
 */
export function sparkline(
  curve: readonly Report[],
  width: number,
  { range, lastStep }: { readonly range: CurveRange | undefined; readonly lastStep: number | undefined },
): string {
  if (width <= 0 || curve.length === 0) return ''
  const points = lastStep === undefined ? curve.slice(-width).map(([, value]) => value) : byCell(curve, width, lastStep)
  return points.map((value) => block(value, range)).join('')
}

/** The last value in each cell; a cell between reports repeats the one before. */
function byCell(curve: readonly Report[], width: number, lastStep: number): number[] {
  const first = curve[0]?.[0] === 0 ? 0 : 1
  const span = Math.max(1, lastStep - first + 1)
  const cellOf = (step: number) => Math.min(width - 1, Math.max(0, Math.ceil(((step - first + 1) / span) * width) - 1))
  const cells: number[] = []
  for (const [step, value] of curve) {
    const cell = cellOf(step)
    const before = cells[cells.length - 1] ?? value
    while (cells.length < cell) cells.push(before)
    cells[cell] = value
  }
  return cells
}

function block(value: number, range: CurveRange | undefined): string {
  if (!Number.isFinite(value) || range === undefined) return '×'
  const [low, high] = range
  const share = high > low ? (value - low) / (high - low) : 0.5
  const level = Math.round(Math.min(1, Math.max(0, share)) * (BLOCKS.length - 1))
  return BLOCKS[level] ?? '×'
}
