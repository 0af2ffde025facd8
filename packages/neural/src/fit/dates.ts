import type { Column, NumberColumn } from '../data/table.ts'

const ISO_DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/
const MS_PER_DAY = 86_400_000

/**
 * A column of ISO dates (2026-03-01, with or without a time) as days since 1970; undefined where one of its texts is none.
 *
 * Times without a zone are taken as UTC, so that every machine reads the same number.
 */
export function datesAsDays(column: Column): NumberColumn | undefined {
  if (column.kind !== 'category' || column.categories.length === 0) return undefined
  const days = column.categories.map(daysOf)
  if (days.some((day) => Number.isNaN(day))) return undefined
  return {
    kind: 'number',
    name: column.name,
    values: Float64Array.from(column.codes, (code) => days[code] ?? Number.NaN),
  }
}

/** Days since 1970; NaN where `text` is no ISO date. */
function daysOf(text: string): number {
  if (!ISO_DATE.test(text)) return Number.NaN
  const iso = text.replace(' ', 'T')
  const hasZone = !iso.includes('T') || /(Z|[+-]\d{2}:?\d{2})$/.test(iso)
  return Date.parse(hasZone ? iso : `${iso}Z`) / MS_PER_DAY
}
