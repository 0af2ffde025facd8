import { createRng } from '../../../packages/diapason/src/math/rng.ts'
import type { Absent } from '../contestants/peers.ts'
import type { ReportInput } from './markdown.ts'
import { meanRanks } from './ranking.ts'
import { cellsOf } from './scores.ts'

/** Mean ranks for a terminal, best at the last checkpoint first, and who is not there. */
export function summary(input: ReportInput, absent: readonly Absent[], columns: number): string {
  const cells = input.suites.flatMap(({ tasks }) => cellsOf(tasks, input.traces))
  const checkpoints = input.suites[0]?.checkpoints ?? []
  const standings = checkpoints.map((n) => meanRanks(cells, n, createRng(1).split(`ranks/${n}`)))
  const last = standings[standings.length - 1] ?? []
  const tasks = new Set(cells.map(({ task }) => task)).size
  const width = Math.min(34, Math.max(12, columns - 8 * checkpoints.length - 2))
  const row = (name: string, texts: readonly string[]) =>
    name.slice(0, width).padEnd(width) + texts.map((text) => text.padStart(8)).join('')
  const lines = last.map(({ contestant }) =>
    row(
      input.labelOf(contestant),
      standings.map((list) => list.find((one) => one.contestant === contestant)!.meanRank.toFixed(2)),
    ),
  )
  const partial = [...new Set(cells.map(({ contestant }) => contestant))].filter(
    (id) => !last.some(({ contestant }) => contestant === id),
  )
  const crashed = input.traces.filter(({ error }) => error !== undefined)
  return [
    `Mean rank over ${tasks} tasks, 1 is best; columns: evaluations`,
    row('', checkpoints.map(String)),
    ...lines,
    ...partial.map((id) => `${input.labelOf(id)}: not on every task yet`),
    ...absent.map(({ label, reason }) => `${label}: ${reason}`.slice(0, columns)),
    ...[...new Set(crashed.map(({ contestant, task, error }) => `${input.labelOf(contestant)} on ${task}: ${error}`))]
      .slice(0, 10)
      .map((line) => line.slice(0, columns)),
  ].join('\n')
}
