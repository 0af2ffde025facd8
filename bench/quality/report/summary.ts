import { createRng } from '../../../packages/diapason/src/math/rng.ts'
import type { Absent } from '../contestants/peers.ts'
import { type Group, groupsOf, type ReportInput } from './markdown.ts'
import { meanRanks } from './ranking.ts'

const MOST_CRASHES = 10

/** Mean ranks for a terminal, best at the last checkpoint first, and who is not there. */
export function summary(input: ReportInput, absent: readonly Absent[], columns: number): string {
  const crashes = input.traces
    .filter(({ error }) => error !== undefined)
    .map(({ contestant, task, error }) => `${input.labelOf(contestant)} on ${task}: ${error}`)
  return [
    ...groupsOf(input).flatMap((group) => [...groupLines(input, group, columns), '']),
    ...absent.map(({ label, reason }) => `${label}: ${reason}`),
    ...[...new Set(crashes)].slice(0, MOST_CRASHES),
  ]
    .map((line) => line.slice(0, columns))
    .join('\n')
    .trimEnd()
}

function groupLines(input: ReportInput, { cells, checkpoints, unit }: Group, columns: number): string[] {
  const standings = checkpoints.map((n) => meanRanks(cells, n, createRng(1).split(`ranks/${n}`)))
  const last = standings[standings.length - 1] ?? []
  const width = Math.min(34, Math.max(12, columns - 8 * checkpoints.length - 1))
  const row = (name: string, texts: readonly string[]) =>
    name.slice(0, width).padEnd(width) + texts.map((text) => text.padStart(8)).join('')
  const partial = [...new Set(cells.map(({ contestant }) => contestant))].filter(
    (id) => !last.some(({ contestant }) => contestant === id),
  )
  return [
    `Mean rank over ${new Set(cells.map(({ task }) => task)).size} tasks, 1 is best; columns: ${unit}`,
    row('', checkpoints.map(String)),
    ...last.map(({ contestant }) =>
      row(
        input.labelOf(contestant),
        standings.map((list) => list.find((one) => one.contestant === contestant)!.meanRank.toFixed(2)),
      ),
    ),
    ...partial.map((id) => `${input.labelOf(id)}: not on every task yet`),
  ]
}
