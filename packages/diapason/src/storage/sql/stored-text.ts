/** Milliseconds since 1970 as Optuna keeps times: naive UTC with six digits of the second. */
export function timeText(ms: number): string {
  const micros = Math.round(ms * 1000)
  const text = new Date(Math.floor(micros / 1000)).toISOString()
  const rest = micros - Math.floor(micros / 1000) * 1000
  return `${text.slice(0, 10)} ${text.slice(11, 23)}${String(rest).padStart(3, '0')}`
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/

/** The inverse of {@link timeText}; NaN where the text is no time. Optuna leaves the fraction out of some heartbeats. */
export function timeFromText(text: string): number {
  const match = TIME.exec(text)
  if (match === null) return Number.NaN
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const micros = Number((match[7] ?? '').padEnd(6, '0'))
  // One division at the end: the nearest double to what was stored, as in storedTime.
  return (Date.UTC(year, month - 1, day, hour, minute, second) * 1000 + micros) / 1000
}
