const longestText = 80

/**
 * A value as errors and tables show it: JSON where JSON has a word for it, else the nearest that a person reads (`NaN`, `10n`, `a function`).
 * Cut after 80 characters; never throws.
 */
export function valueText(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  const text = typeof value === 'string' || (typeof value === 'object' && value !== null) ? json(value) : String(value)
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value, (_, part) => (typeof part === 'number' && !Number.isFinite(part) ? `${part}` : part))
  } catch {
    // A circle, or a bigint inside.
    return Array.isArray(value) ? 'an array' : 'an object'
  }
}
