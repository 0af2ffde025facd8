import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * What was measured before is read, not measured again, so that a long run may be cut and goes on.
 * @param file JSON, key → result; delete it to measure afresh
 */
export async function kept<T>(file: string, key: string, measure: () => Promise<T>): Promise<T> {
  const read = (): { [key: string]: T } => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {})
  const held = read()[key]
  if (held !== undefined) return held
  const measured = await measure()
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
  writeFileSync(file, `${JSON.stringify({ ...read(), [key]: measured }, rounded)}\n`)
  return measured
}
