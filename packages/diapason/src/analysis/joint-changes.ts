import type { ParamValue } from '../space/distribution.ts'
import type { ParamValues } from '../space/search-space.ts'
import { type ParamChange, paramChanges } from './param-changes.ts'

/** A parameter that differs between two configurations, with all that its branch or count brings and takes away. */
export interface JointChange {
  readonly path: string
  readonly from: ParamValue | undefined
  readonly to: ParamValue | undefined
  /** The first one is the parameter's own. */
  readonly parts: readonly ParamChange[]
}

/** What differs between two configurations, as changes that can be made one without the other. */
export function jointChanges(from: ParamValues, to: ParamValues): readonly JointChange[] {
  const changes = paramChanges(from, to)
  const roots = changes.filter((change) => change.kind === 'changed' || rootOf(changes, change) === undefined)
  return roots.map((root) => ({
    path: root.path,
    from: root.kind === 'added' ? undefined : root.from,
    to: root.kind === 'removed' ? undefined : root.to,
    parts: [root, ...changes.filter((change) => change.kind !== 'changed' && rootOf(changes, change) === root)],
  }))
}

/** The configuration with one change made. */
export function applyChange(params: ParamValues, { parts }: JointChange): ParamValues {
  const changed: { [path: string]: ParamValue } = { ...params }
  for (const part of parts) {
    if (part.kind === 'removed') delete changed[part.path]
    else changed[part.path] = part.to
  }
  return changed
}

/** The branch or count that brought or took a parameter: the nearest one above it that changed. */
function rootOf(changes: readonly ParamChange[], { path }: ParamChange): ParamChange | undefined {
  return changes
    .filter((other) => other.kind === 'changed' && path.startsWith(`${other.path}.`))
    .reduce<ParamChange | undefined>((deepest, other) => {
      return deepest === undefined || other.path.length > deepest.path.length ? other : deepest
    }, undefined)
}
