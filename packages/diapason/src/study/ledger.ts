import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { type CompleteTrial, isFinished, type TrialRecord } from '../trial/trial-record.ts'

/** What a process knows of a study's trials: it grows by what was read and by what this process wrote itself. */
export interface Ledger {
  /** By ascending number, without gaps; the same array throughout. */
  readonly trials: readonly TrialRecord[]
  /** Complete trial with the best first goal, or undefined. */
  readonly best: CompleteTrial | undefined
  /** Some trial waits to be run. */
  readonly hasWaiting: boolean
  /** Takes in a record. A finished trial stays the record it was, so that what others cached by it stays valid. */
  put(record: TrialRecord): void
}

/** An empty ledger. `onFinished` hears of each finished trial once. */
export function createLedger(goals: readonly Goal[], onFinished: (trial: TrialRecord) => void): Ledger {
  const trials: TrialRecord[] = []
  const waiting = new Set<number>()
  const direction = goals[0]?.direction ?? 'minimize'
  let best: CompleteTrial | undefined
  return {
    trials,
    get best() {
      return best
    },
    get hasWaiting() {
      return waiting.size > 0
    },
    put(record) {
      const known = trials[record.number]
      if (known !== undefined && isFinished(known)) return
      trials[record.number] = record
      if (record.state === 'waiting') waiting.add(record.number)
      else waiting.delete(record.number)
      if (record.state === 'complete' && isBetter(record, best)) best = record
      if (isFinished(record)) onFinished(record)
    },
  }

  function isBetter(trial: CompleteTrial, than: CompleteTrial | undefined): boolean {
    if (than === undefined) return true
    const loss = lossOf(trial.values[0] ?? Number.NaN, direction)
    const bestLoss = lossOf(than.values[0] ?? Number.NaN, direction)
    return loss < bestLoss || (loss === bestLoss && trial.number < than.number)
  }
}
