import type { Direction, History } from '../trial/history.ts'

/** `at epoch 9`, or `at step 9` where the study declares no fidelity. */
export function atStep(history: History, step: number): string {
  const name = history.fidelity?.name ?? 'step'
  return `at ${name.length > 2 && /[^s]s$/.test(name) ? name.slice(0, -1) : name} ${readable(step)}`
}

/** `0.91 is below the median 0.94`: `value` being on the wrong side of `bar`, told with enough digits to differ. */
export function worseThan(value: number, what: string, bar: number, direction: Direction): string {
  let digits = 4
  while (digits < 17 && readable(value, digits) === readable(bar, digits)) digits++
  const side = direction === 'minimize' ? 'above' : 'below'
  return `${readable(value, digits)} is ${side} ${what} ${readable(bar, digits)}`
}

/** A number for people: four digits unless told otherwise. */
export function readable(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'infinity' : '-infinity'
  return String(Number(value.toPrecision(digits)))
}

/** `1 trial`, `12 trials`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
