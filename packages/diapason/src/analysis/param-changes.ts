import { type ParamValue, sameValue } from '../space/distribution.ts'
import type { ParamValues } from '../space/search-space.ts'

/** How one parameter differs between two configurations; `added` and `removed` came with a branch or a count. */
export type ParamChange =
  | { readonly kind: 'changed'; readonly path: string; readonly from: ParamValue; readonly to: ParamValue }
  | { readonly kind: 'added'; readonly path: string; readonly to: ParamValue }
  | { readonly kind: 'removed'; readonly path: string; readonly from: ParamValue }

/** The parameters that differ, in the order of `to`, then those that `to` lacks. */
export function paramChanges(from: ParamValues, to: ParamValues): readonly ParamChange[] {
  const changes: ParamChange[] = []
  for (const [path, value] of Object.entries(to)) {
    const before = from[path]
    if (before === undefined) changes.push({ kind: 'added', path, to: value })
    else if (!sameValue(before, value)) changes.push({ kind: 'changed', path, from: before, to: value })
  }
  for (const [path, value] of Object.entries(from)) {
    if (to[path] === undefined) changes.push({ kind: 'removed', path, from: value })
  }
  return changes
}
