import { numberText } from '../text/numbers.ts'

/** A mark on an axis. */
export interface Tick {
  readonly label: string
  /** In pixels. */
  readonly at: number
}

/** From values to pixels. */
export interface Scale {
  /** Pixels of a number; beyond the range, beyond the pixels. */
  at(value: number): number
  readonly ticks: readonly Tick[]
}

/** Two ends: of a range of values, or of pixels. */
export type Span = readonly [from: number, to: number]

/** Even in the value. @param count about how many ticks */
export function linearScale([low, high]: Span, [start, end]: Span, count = 5): Scale {
  // Halves, since the whole width may overflow.
  const width = high / 2 - low / 2
  const at = (value: number) =>
    width === 0 ? (start + end) / 2 : start + ((value / 2 - low / 2) / width) * (end - start)
  return { at, ticks: evenTicks(low, high, count).map((value) => ({ label: numberText(value), at: at(value) })) }
}

/** Even in the logarithm; both ends above 0. */
export function logScale([low, high]: Span, pixels: Span, count = 5): Scale {
  const inner = linearScale([Math.log10(low), Math.log10(high)], pixels)
  const at = (value: number) => inner.at(Math.log10(value))
  return { at, ticks: logTicks(low, high, count).map((value) => ({ label: numberText(value), at: at(value) })) }
}

/** Whole numbers: no ticks between them. */
export function countScale(values: Span, pixels: Span, count = 6): Scale {
  const { at } = linearScale(values, pixels)
  const ticks = evenTicks(values[0], values[1], count).filter(Number.isInteger)
  return { at, ticks: ticks.map((value) => ({ label: numberText(value), at: at(value) })) }
}

/** Round numbers, 1, 2 or 5 times a power of ten apart, within [low, high]. */
export function evenTicks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low]
  const rough = high / Math.max(1, count) - low / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10) * power
  const ticks: number[] = []
  // Counted in steps, so that 0.1 + 0.2 is 0.3.
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9 && ticks.length < 100; i++) {
    ticks.push(Number((i * step).toPrecision(12)))
  }
  // At the ends of what numbers can hold the next step may be infinite.
  return ticks.filter(Number.isFinite)
}

/** Powers of ten within [low, high], thinned out; where there are fewer than two, 2 and 5 times those as well. */
function logTicks(low: number, high: number, count: number): number[] {
  const from = Math.floor(Math.log10(low))
  const to = Math.ceil(Math.log10(high))
  const every = Math.max(1, Math.ceil((to - from) / count))
  const within = (value: number) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
  const powers: number[] = []
  for (let p = from; p <= to; p++) if (p % every === 0) powers.push(10 ** p)
  const shown = powers.filter(within)
  if (shown.length >= 2) return shown
  const finer = Array.from({ length: to - from + 1 }, (_, i) => [1, 2, 5].map((m) => m * 10 ** (from + i))).flat()
  const more = finer.filter(within)
  return more.length >= 2 ? more : evenTicks(low, high, count)
}
