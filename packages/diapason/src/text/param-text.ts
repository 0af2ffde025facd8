import type { ParamValue } from '../space/distribution.ts'
import type { ParamValues } from '../space/search-space.ts'
import { numberText } from './numbers.ts'

/** A value as a person reads it: numbers short, strings bare. */
export function valueText(value: ParamValue): string {
  return typeof value === 'number' ? numberText(value, digitsFor(value)) : String(value)
}

/** Three, more where what counts is how far below one a value is, as with `beta2`: 0.9999 is no 1. */
function digitsFor(value: number): number {
  return value > 0.99 && value < 1 ? 1 - Math.floor(Math.log10(1 - value)) : 3
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
