import type { ParamValue } from '../space/distribution.ts'
import type { ParamValues } from '../space/search-space.ts'
import { numberText } from './numbers.ts'

/** A value as a person reads it: numbers short, strings bare. */
export function valueText(value: ParamValue): string {
  return typeof value === 'number' ? numberText(value, 3) : String(value)
}

/** The last part of each path where that says enough (`learningRate`), else the whole path (`layers.0.units`, `units.0`). */
export function shortNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const last = (path: string) => path.slice(path.lastIndexOf('.') + 1)
  const uses = new Map<string, number>()
  for (const path of paths) uses.set(last(path), (uses.get(last(path)) ?? 0) + 1)
  const isClear = (name: string) => uses.get(name) === 1 && !/^\d+$/.test(name)
  return new Map(paths.map((path) => [path, isClear(last(path)) ? last(path) : path]))
}

/** `learningRate 0.0031, batchSize 64`: values by path in one line, the ones in `only` where it is given. */
export function paramsText(params: ParamValues, only: readonly string[] = Object.keys(params)): string {
  const names = shortNames(Object.keys(params))
  return only.map((path) => `${names.get(path) ?? path} ${valueText(params[path] ?? null)}`).join(', ')
}
