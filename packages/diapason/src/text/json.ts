/** A number, or its name where JSON has none for it. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity'

/** A number as JSON can hold it. */
export function jsonNumber(value: number): JsonNumber {
  return Number.isFinite(value) ? value : (String(value) as JsonNumber)
}

/** One line of JSON; non-finite numbers become strings. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, replaceNonFinite)}\n`
}

/** JSON for people, over several lines; non-finite numbers become strings. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, replaceNonFinite, 2)}\n`
}

function replaceNonFinite(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? jsonNumber(value) : value
}

/** A JSON array with one item a line: whole for parsers, readable line by line. */
export function jsonArray(items: readonly unknown[]): string {
  return items.length === 0 ? '[]\n' : `[\n${items.map((item) => jsonLine(item).trimEnd()).join(',\n')}\n]\n`
}
