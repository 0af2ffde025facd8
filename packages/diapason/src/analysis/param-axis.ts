import type { ParamValue } from '../space/distribution.ts'
import type { Parameter } from '../space/search-space.ts'
import { valueText } from '../text/param-text.ts'

/** A parameter as the axis of a chart; plain data. */
export type ParamAxis =
  | { readonly path: string; readonly scale: 'linear' | 'log'; readonly low: number; readonly high: number }
  | { readonly path: string; readonly scale: 'categories'; readonly labels: readonly string[] }

/** Numbers with no more values than this stand side by side like categories: nothing lies between 2 and 3 layers. */
const FEW_VALUES = 12

/** The axis of a parameter. */
export function paramAxis({ name, distribution, column }: Parameter): ParamAxis {
  if (distribution.kind === 'categorical' || column.size <= FEW_VALUES) {
    const labels = Array.from({ length: column.size }, (_, i) => valueText(column.valueAt(i)))
    return { path: name, scale: 'categories', labels }
  }
  const { low, high, log } = distribution
  return { path: name, scale: log ? 'log' : 'linear', low, high }
}

/** Does the parameter stand on an axis of categories? */
export function hasCategories({ distribution, column }: Parameter): boolean {
  return distribution.kind === 'categorical' || column.size <= FEW_VALUES
}

/** Where a value stands on its axis: the number itself, or the place among the categories. NaN where it has none. */
export function onAxis(parameter: Parameter, value: ParamValue | undefined): number {
  if (value === undefined) return Number.NaN
  if (!hasCategories(parameter)) return typeof value === 'number' ? value : Number.NaN
  const index = parameter.column.indexOf(value)
  return index < 0 ? Number.NaN : index
}
