import type { ParallelData } from '../analysis/parallel-data.ts'
import { axisScale } from './axis-scale.ts'
import type { ChartSize } from './chart.ts'
import type { Scale } from './scale.ts'
import { valueAxis } from './value-axis.ts'

/** An upright axis of parallel coordinates. */
export interface ParallelAxis {
  readonly name: string
  /** Pixels from the left. */
  readonly x: number
  readonly scale: Scale
  /** What stands at the bottom and at the top: numbers, or places among categories. */
  readonly low: number
  readonly high: number
  readonly hasCategories: boolean
}

/** The axes of parallel coordinates, the goal's last, and between which pixels they stand. */
export interface ParallelLayout {
  readonly axes: readonly ParallelAxis[]
  readonly top: number
  readonly bottom: number
}

/** Part of an axis, both ends included; open ends are infinite. */
export interface AxisRange {
  readonly low: number
  readonly high: number
}

/** Where the axes of parallel coordinates stand. */
export function parallelLayout(data: ParallelData, { width = 720, height = 360 }: ChartSize = {}): ParallelLayout {
  const [top, bottom] = [44, height - 16]
  const right = width - 66
  const values = data.lines.map(({ value }) => value)
  const goal = valueAxis(values, data.goal.direction, [bottom, top])
  const params = data.axes.map((axis, i): ParallelAxis => {
    const x = 34 + (i * (right - 34)) / data.axes.length
    const ends = axis.scale === 'categories' ? { low: 0, high: axis.labels.length - 1 } : axis
    const hasCategories = axis.scale === 'categories'
    return { name: axis.path, x, scale: axisScale(axis, [bottom, top]), low: ends.low, high: ends.high, hasCategories }
  })
  const finite = values.filter(Number.isFinite)
  const low = finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  return {
    axes: [...params, { name: data.goal.name, x: right, scale: goal.scale, low, high, hasCategories: false }],
    top,
    bottom,
  }
}

/** The value at a height of an axis, within its ends; of categories the nearest. Every scale rises, so halving finds it. */
export function valueAt({ scale, low, high, hasCategories }: ParallelAxis, y: number): number {
  let [below, above] = [low, high]
  for (let i = 0; i < 60; i++) {
    const middle = below / 2 + above / 2
    if (scale.at(middle) > y) below = middle
    else above = middle
  }
  return hasCategories ? Math.round(below) : below
}

/** Does a place on an axis lie in a part of it? Where no part is chosen, all do. */
export function isWithin(place: number | null, range: AxisRange | undefined): boolean {
  return range === undefined || (place !== null && place >= range.low && place <= range.high)
}
