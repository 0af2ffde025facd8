import { setTimeout as sleep } from 'node:timers/promises'
import { type Slot, startWorker, type Worker, type WorkerTerms } from './fleet.ts'

/** The workers of a campaign, however they are started. */
export interface Crew {
  start(): Promise<void> | void
  /** Settles when all have ended by themselves. @throws where they have not in time */
  ended(timeoutMs: number): Promise<void>
  /** Where they wrote what they did. */
  logs(): readonly string[]
  /** Starts workers anew that ended by themselves, as whoever runs a fleet would. */
  tend(): void
  /** What of it may still run at the end. */
  lasting(): readonly number[]
  /** Workers that ended though no fault and nobody else ended them, in words. */
  unexpectedEnds(): Promise<readonly string[]>
  /** Counts the logs of others in. */
  adopt(other: Crew): void
}

/** Workers that are processes of ours. */
export interface ProcessCrew extends Crew {
  readonly workers: readonly Worker[]
  /** Starts another worker where this one was. */
  replace(worker: Worker): void
}

/** One worker for each slot. */
export function startCrew(terms: WorkerTerms, slots: readonly Slot[], trials?: number): ProcessCrew {
  const workers: Worker[] = []
  const all: Worker[] = []
  const others: Crew[] = []
  const start = (slot: Slot) => {
    const worker = startWorker(terms, slot, trials)
    all.push(worker)
    return worker
  }
  const replace = (worker: Worker) => {
    workers[workers.indexOf(worker)] = start(worker.slot)
  }
  return {
    workers,
    start() {
      for (const slot of slots) workers.push(start(slot))
    },
    replace,
    tend() {
      for (const worker of [...workers]) if (worker.hasEnded) replace(worker)
    },
    async ended(timeoutMs) {
      const late = new AbortController()
      const timeout = sleep(timeoutMs, 'late', { signal: late.signal }).catch(() => 'called off')
      const outcome = await Promise.race([Promise.all(workers.map(({ end }) => end)), timeout])
      late.abort()
      if (outcome === 'late') throw new Error(`workers have not ended after ${timeoutMs / 1000} s: ${running(workers)}`)
    },
    logs: () => [...all.map(({ log }) => log), ...others.flatMap((other) => other.logs())],
    lasting: () => [],
    async unexpectedEnds() {
      const ends = await Promise.all(all.filter((worker) => worker.hasEnded).map(({ end }) => end))
      return [
        ...ends.filter((end) => end !== undefined),
        ...(await Promise.all(others.map((other) => other.unexpectedEnds()))).flat(),
      ]
    },
    adopt: (other) => void others.push(other),
  }
}

const running = (workers: readonly Worker[]) =>
  workers.flatMap(({ hasEnded, process: { pid }, log }) => (hasEnded ? [] : [`${pid} (${log})`])).join(', ')
