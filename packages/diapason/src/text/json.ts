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
export function jsonArray(items: Iterable<unknown>): string {
  return [...jsonArrayLines(items, (item) => item)].join('')
}

/** The lines of {@link jsonArray}, each with its end. @param shown what stands for an item, made when its line is asked for */
export function* jsonArrayLines<T>(items: Iterable<T>, shown: (item: T) => unknown): Generator<string> {
  let before: string | undefined
  for (const item of items) {
    yield before === undefined ? '[\n' : `${before},\n`
    before = jsonLine(shown(item)).trimEnd()
  }
  yield before === undefined ? '[]\n' : `${before}\n]\n`
}
