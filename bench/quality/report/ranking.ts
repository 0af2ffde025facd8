import { midRanks } from '../../../packages/diapason/src/math/rank-correlation.ts'
import type { Rng } from '../../../packages/diapason/src/math/rng.ts'
import { mean, quantileOfSorted } from '../../../packages/diapason/src/math/stats.ts'
import { type Cell, scoresOf } from './scores.ts'

/** A contestant's place over several tasks. */
export interface Standing {
  readonly contestant: string
  readonly meanRank: number
  /** 95 % interval, over the seeds: of the mean rank on these tasks, not on others. */
  readonly interval: readonly [low: number, high: number]
}

const RESAMPLES = 1000

/**
 * Mean ranks over tasks, of those contestants that ran all of them: each task ranks the mean scores over seeds.
 * @param cells of one suite or several
 * @returns best first
 */
export function meanRanks(cells: readonly Cell[], evaluations: number, rng: Rng): Standing[] {
  const tasks = [...new Set(cells.map(({ task }) => task))]
  const complete = completeContestants(cells, tasks.length)
  const scores = tasks.map((task) =>
    complete.map((contestant) => {
      const cell = cells.find((one) => one.task === task && one.contestant === contestant)!
      return scoresOf(task, cell.regrets(evaluations))
    }),
  )
  const ranks = averageRanks(scores, mean)
  const resampled = Array.from({ length: RESAMPLES }, () =>
    averageRanks(scores, (list) => mean(list.map(() => list[rng.int(list.length)]!))),
  )
  return complete
    .map((contestant, c): Standing => {
      const sorted = Float64Array.from(resampled, (list) => list[c]!).sort()
      return {
        contestant,
        meanRank: ranks[c]!,
        interval: [quantileOfSorted(sorted, 0.025), quantileOfSorted(sorted, 0.975)],
      }
    })
    .sort((a, b) => a.meanRank - b.meanRank)
}

/** Who has a cell for each of so many tasks. */
export function completeContestants(cells: readonly Cell[], tasks: number): string[] {
  const counts = new Map<string, number>()
  for (const { contestant } of cells) counts.set(contestant, (counts.get(contestant) ?? 0) + 1)
  return [...counts].filter(([, count]) => count === tasks).map(([contestant]) => contestant)
}

function averageRanks(
  scores: readonly (readonly Float64Array[])[],
  average: (scores: Float64Array) => number,
): number[] {
  const ranks = scores.map((row) => midRanks(row.map(average)))
  return (scores[0] ?? []).map((_, c) => mean(ranks.map((row) => row[c]!)))
}
