import type { Method } from '../trial/method.ts'
import type { FinishedTrial, RunningTrial } from '../trial/trial-record.ts'

/** What a study tells its listeners, by event name. */
export interface StudyEvents {
  /** A trial was handed out. */
  start: { readonly trial: RunningTrial }
  /** From this trial on the sampler proposes, or the pruner stops, in another way. */
  method: { readonly number: number; readonly method: Method }
  /** A running trial reported. */
  report: { readonly trial: RunningTrial; readonly step: number; readonly value: number }
  /** A trial ended; `isBest` when it is the new best of a study with one goal. */
  finish: { readonly trial: FinishedTrial; readonly isBest: boolean }
  /** Nothing is left to do here; other processes run the last trials, which are taken over should they be lost. */
  wait: { readonly others: number }
  /** Somebody paused the study, from a dashboard for instance, or lets it go on. */
  pause: { readonly isPaused: boolean }
  /** How long the trials of this process may go on; told again with every heartbeat that arrives. */
  lease: LeaseLeft
}

/** What is left of the leases of trials that run in other processes of ours, in milliseconds from now. */
export interface LeaseLeft {
  /** When their end must begin unless a later message says otherwise. */
  readonly leftMs: number
  /** After that, how long they may take to end. */
  readonly graceMs: number
}

/** Takes an event of one name. */
export type Listener<K extends keyof StudyEvents> = (event: StudyEvents[K]) => void

/** Listeners by event name. */
export interface Emitter {
  /** @returns a function that ends the subscription */
  on<K extends keyof StudyEvents>(name: K, listener: Listener<K>): () => void
  emit<K extends keyof StudyEvents>(name: K, event: StudyEvents[K]): void
}

/** An emitter without listeners. */
export function createEmitter(): Emitter {
  const listeners: { [K in keyof StudyEvents]: Set<Listener<K>> } = {
    start: new Set(),
    method: new Set(),
    report: new Set(),
    finish: new Set(),
    wait: new Set(),
    pause: new Set(),
    lease: new Set(),
  }
  return {
    on(name, listener) {
      listeners[name].add(listener)
      return () => listeners[name].delete(listener)
    },
    emit(name, event) {
      for (const listener of [...listeners[name]]) listener(event)
    },
  }
}
