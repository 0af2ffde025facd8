import { continuationOf } from '../trial/continuation.ts'
import { isFeasible } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { type CompleteTrial, isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { ATTR } from './study-parts.ts'

/** What a process knows of a study's trials: it grows by what was read and by what this process wrote itself. */
export interface Ledger {
  /** By ascending number, without gaps; the same array throughout. */
  readonly trials: readonly TrialRecord[]
  /** Complete trial that keeps its constraints, with the best first goal; or undefined. */
  readonly best: CompleteTrial | undefined
  /** Some trial waits to be run. */
  readonly hasWaiting: boolean
  /** How many run now, here or elsewhere. */
  readonly running: number
  /** Trials whose configuration went on as another one: queued again after an interruption or the loss of a worker, or promoted. */
  readonly replaced: number
  /** Some trial continues a paused one, so that there are fewer configurations than trials. */
  readonly hasContinued: boolean
  /** Finished trials without the replaced ones: what a budget counts. */
  readonly counted: number
  /** Takes in a record. A finished trial stays the record it was, so that what others cached by it stays valid. */
  put(record: TrialRecord): void
}

/** An empty ledger. `onFinished` hears of each finished trial once. */
export function createLedger(goals: readonly Goal[], onFinished: (trial: TrialRecord) => void): Ledger {
  const trials: TrialRecord[] = []
  const waiting = new Set<number>()
  const running = new Set<number>()
  const replaced = new Set<number>()
  let finished = 0
  let hasContinued = false
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
    get running() {
      return running.size
    },
    get replaced() {
      return replaced.size
    },
    get hasContinued() {
      return hasContinued
    },
    get counted() {
      // A replaced trial has ended: both happen in one step.
      return finished - replaced.size
    },
    put(record) {
      const known = trials[record.number]
      if (known !== undefined && isFinished(known)) return
      trials[record.number] = record
      for (const number of replacedBy(record)) replaced.add(number)
      if (continuationOf(record) !== undefined) hasContinued = true
      if (isFinished(record)) finished++
      if (record.state === 'waiting') waiting.add(record.number)
      else waiting.delete(record.number)
      if (record.state === 'running') running.add(record.number)
      else running.delete(record.number)
      if (record.state === 'complete' && isSearch(record) && isFeasible(record) && isBetter(record, best)) best = record
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

/**
 * Whether a trial is one of the search. Repeats and what an ablation trains say how good configurations are; the luckiest of many runs would
 * say that they are better.
 */
export function isSearch({ systemAttrs }: TrialRecord): boolean {
  return systemAttrs[ATTR.repeats] === undefined && systemAttrs[ATTR.ablates] === undefined
}

/** The numbers of the trials that this one stands for. */
export function replacedBy(trial: TrialRecord): readonly number[] {
  const history = trial.systemAttrs[ATTR.retryHistory]
  const continued = continuationOf(trial)
  return [...(Array.isArray(history) ? history : []), ...(continued === undefined ? [] : [continued.trial])]
}
