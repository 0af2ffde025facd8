import { kFold, type Splitter, stratifiedKFold } from 'diapason'
import { randomStream } from '../random.ts'
import { startingParams } from './fit-space.ts'
import type { FitTask } from './fit-task.ts'
import type { FitStudy } from './search.ts'
import { type EpochPlan, epochPlan, foldPlan } from './time-plan.ts'
import { type FitData, trainMember } from './train-member.ts'

/** What a search is planned by: a short training of the default configuration says how much the time allows. */
export async function planSearch(
  data: FitData,
  task: FitTask,
  folds: number,
  timeMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<{ readonly epochs: EpochPlan; readonly judgedBy: number }> {
  const { count } = data.table
  const unlimited = epochPlan(count, undefined, undefined)
  if (timeMs === undefined) return { epochs: unlimited, judgedBy: folds }
  const rows = Int32Array.from({ length: Math.max(2, Math.floor(count * (1 - 1 / folds))) }, (_, i) => i)
  const spread = rows.map((i) => Math.floor((i * count) / rows.length))
  const params = startingParams(factsOf(data, task, unlimited))
  const clock = AbortSignal.timeout(Math.ceil(timeMs / 3))
  const ends: number[] = []
  try {
    await trainMember(
      data,
      spread,
      { ...params, epochs: 3 },
      {
        seed: 0,
        signal: signal ? AbortSignal.any([signal, clock]) : clock,
        onEpoch: () => ends.push(performance.now()),
      },
    )
  } catch (error) {
    if (!clock.aborted) throw error
  }
  // The first epoch pays for compiling.
  const [first, , last] = ends
  const msPerEpoch = first === undefined || last === undefined ? Number.POSITIVE_INFINITY : (last - first) / 2
  const epochs = epochPlan(count, timeMs, msPerEpoch)
  return { epochs, judgedBy: foldPlan(folds, timeMs, msPerEpoch, epochs) }
}

/** Name of the study's attribute that says by how many folds its trials were judged. */
const JUDGED_BY = 'folds'

/** A search that is gone on with judges by the same folds as before, however much time there is now. */
export async function keptFolds(study: FitStudy, data: FitData, most: number, planned: number) {
  const kept = study.userAttrs[JUDGED_BY]
  const folds = typeof kept === 'number' ? kept : study.trials.length > 0 ? most : planned
  if (kept === undefined) await study.setAttr(JUDGED_BY, folds)
  return { folds, splitter: splitterFor(data, folds === 1 ? most : folds, subSeed(study.seed, 'search')) }
}

export const factsOf = ({ table, truth }: FitData, { isSkewed, isUneven }: FitTask, epochs: EpochPlan) => ({
  truth,
  rows: table.count,
  isSkewed,
  isUneven,
  epochs,
})

export const splitterFor = ({ truth }: FitData, folds: number, seed: number): Splitter =>
  truth.kind === 'classes' ? stratifiedKFold(folds, { seed }) : kFold(folds, { seed })

export const subSeed = (seed: number, label: string): number => randomStream(seed).split(label).nextUint32()
