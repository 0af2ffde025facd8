import type { ParamChange } from '../../analysis/param-changes.ts'
import { valueText } from '../../text/param-text.ts'
import type { Paint } from '../text/paint.ts'
import { alignedRows } from './labelled-lines.ts'

const LINES_SHOWN = 16

/** What changed from the default, a parameter a line; what a branch or a count brought stands below it, indented. */
export function changeLines(changes: readonly ParamChange[], paint: Paint): string[] {
  const parents = changes.filter(({ kind }) => kind === 'changed')
  const parentOf = (path: string) => deepest(parents.filter((parent) => path.startsWith(`${parent.path}.`)))
  const rows: string[][] = []
  const write = (change: ParamChange, depth: number) => {
    rows.push([`${'  '.repeat(depth)}${nameOf(change, parentOf(change.path))}`, valuesOf(change, paint)])
    for (const child of changes) {
      if (child.kind !== 'removed' && parentOf(child.path) === change) write(child, depth + 1)
    }
  }
  for (const change of changes) if (parentOf(change.path) === undefined) write(change, 0)
  const lines = alignedRows(rows)
  if (lines.length <= LINES_SHOWN) return lines
  return [...lines.slice(0, LINES_SHOWN - 1), paint('faint', `and ${lines.length - LINES_SHOWN + 1} more`)]
}

function deepest(changes: readonly ParamChange[]): ParamChange | undefined {
  return changes.reduce<ParamChange | undefined>(
    (longest, change) => (longest === undefined || change.path.length > longest.path.length ? change : longest),
    undefined,
  )
}

/** Below a branch its own part of the path says enough: `momentum` for `optimizer.sgd.momentum`. */
function nameOf(change: ParamChange, parent: ParamChange | undefined): string {
  if (parent?.kind !== 'changed') return change.path
  const prefix = `${parent.path}.${String(parent.to)}.`
  return change.path.startsWith(prefix) ? change.path.slice(prefix.length) : change.path
}

function valuesOf(change: ParamChange, paint: Paint): string {
  switch (change.kind) {
    case 'changed':
      return `${valueText(change.from)} → ${paint('strong', valueText(change.to))}`
    case 'added':
      return paint('strong', valueText(change.to))
    case 'removed':
      return `${valueText(change.from)} → not there`
    default:
      throw change satisfies never
  }
}
