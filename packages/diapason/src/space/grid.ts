/** The numbers low, low + step, low + 2 · step, … up to high, as exact as doubles allow. */
export interface Grid {
  readonly size: number
  valueAt(index: number): number
  /** Index of the value nearest to a number, unbounded: it may lie below 0 or beyond the last. */
  nearest(value: number): number
  /** Is a number the value at this index? Real grids forgive 1e-8 of a step, as Optuna does. */
  isAt(index: number, value: number): boolean
}

/** Integers, exactly; low, high and high − low must be safe integers. */
export function integerGrid(low: number, high: number, step: number): Grid {
  const valueAt = (index: number) => low + index * step
  return {
    size: (high - low - ((high - low) % step)) / step + 1,
    valueAt,
    nearest: (value) => Math.round((value - low) / step),
    isAt: (index, value) => valueAt(index) === value,
  }
}

/**
 * Real numbers, in decimal arithmetic: 3 · 0.1 is 0.3, and −0.3 + 3 · 0.1 is 0. The last value is the one that Optuna finds.
 * @param step not too fine, see {@link isTooFine}
 */
export function realGrid(low: number, high: number, step: number): Grid {
  const decimals = Math.max(decimalsOf(low), decimalsOf(high), decimalsOf(step))
  const [unitLow, unitHigh, unitStep] = [unitsOf(low, decimals), unitsOf(high, decimals), unitsOf(step, decimals)]
  const size = Number((unitHigh - unitLow) / unitStep) + 1
  // The difference of two large numbers may overflow where their quotients do not.
  const stepsTo = (value: number) => {
    const difference = value - low
    return Number.isFinite(difference) ? difference / step : value / step - low / step
  }
  const tolerance = Math.max(1e-8, 2 ** -51 * magnitudeInSteps(low, high, step))
  return {
    size,
    valueAt: decimalValues(unitLow, unitStep, size, decimals),
    nearest: (value) => Math.round(stepsTo(value)),
    isAt: (index, value) => Math.abs(stepsTo(value) - index) <= tolerance,
  }
}

/** Can doubles as large as the ends of the range tell neighbours on the grid apart, with bits to spare? */
export function isTooFine(low: number, high: number, step: number): boolean {
  return magnitudeInSteps(low, high, step) > 2 ** 49
}

function magnitudeInSteps(low: number, high: number, step: number): number {
  return Math.max(Math.abs(low), Math.abs(high)) / step
}

/** Counts in units of the last decimal: in doubles where they are exact, else in whole numbers of any length. */
function decimalValues(low: bigint, step: bigint, size: number, decimals: number): (index: number) => number {
  const [fastLow, fastStep] = [Number(low), Number(step)]
  // Powers of ten are exact up to 10^22, and the quotient of exact numbers is the nearest double.
  if (decimals <= 22 && Math.abs(fastLow) + size * fastStep < 2 ** 53) {
    const scale = Number(`1e${decimals}`)
    return (index) => (fastLow + index * fastStep) / scale
  }
  return (index) => Number(`${low + BigInt(index) * step}e-${decimals}`)
}

type Decimal = { readonly digits: bigint; readonly exponent: number }

/** The shortest decimal number that is read as this double: digits · 10^exponent. */
function decimalOf(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}

const decimalsOf = (value: number): number => Math.max(0, -decimalOf(value).exponent)

function unitsOf(value: number, decimals: number): bigint {
  const { digits, exponent } = decimalOf(value)
  return digits * 10n ** BigInt(decimals + exponent)
}
