import type { TrialRecord } from 'diapason'
import type { Fault } from './campaign.ts'
import type { TruthReader } from './truth.ts'

/** How a configuration that a fault met went on: how long after its beginning, in milliseconds. */
export interface Recovery {
  /** `again`: another training began; `on`: the same one had a value stored, or its trial ended. */
  readonly how: 'again' | 'on'
  readonly ms: number
}

/**
 * For each training that a fault met, how long it took until its configuration went on.
 * @param trials whose ends count as going on; none where the clocks that they were stored by are wrong
 */
export function recoveryOf(fault: Fault, truth: TruthReader, trials: readonly TrialRecord[]): readonly Recovery[] {
  const attempts = truth.attempts()
  const wallOffset = Date.now() - Number(process.hrtime.bigint() / 1_000_000n)
  return fault.hit.flatMap(({ x, trial: number, pid }): Recovery[] => {
    const next = attempts.find((attempt) => attempt.x === x && attempt.first > fault.at && attempt.trial !== number)
    const same = attempts.find((attempt) => attempt.x === x && attempt.trial === number && attempt.pid === pid)
    const stored = same?.reported.find(({ at }) => at > fault.at)?.at
    const record = trials[number]
    const isOwnEnd = next === undefined && record !== undefined && 'finishedAt' in record
    const finished = isOwnEnd ? record.finishedAt - wallOffset : undefined
    const on = Math.min(stored ?? Number.POSITIVE_INFINITY, finished ?? Number.POSITIVE_INFINITY)
    if (next !== undefined && next.first < on) return [{ how: 'again', ms: next.first - fault.at }]
    return Number.isFinite(on) ? [{ how: 'on', ms: Math.max(0, on - fault.at) }] : []
  })
}
