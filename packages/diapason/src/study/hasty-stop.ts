import { StudyStopped } from '../errors.ts'

/** Why a trial was stopped that must end soon, whatever grace trials have otherwise. */
export class HastyStop extends StudyStopped {
  /** What is left to end the trial in, in milliseconds. */
  readonly graceMs: number
  /** After which nobody waits any more for its end: a process that is killed when its grace is over takes a moment to go. */
  readonly patienceMs: number

  constructor(problem: string, remedy: string, graceMs: number, patienceMs = graceMs) {
    super(problem, remedy)
    this.graceMs = graceMs
    this.patienceMs = patienceMs
  }
}

/** What a trial may take to end once the time of a run is up: a limit of time is one. */
export const DEADLINE_GRACE_MS = 1000

/** How long a trial may go on after its signal aborted, of `graceMs` in general: less where haste is called for. */
export function graceAfterAbort({ reason }: AbortSignal, graceMs: number): number {
  return reason instanceof HastyStop ? Math.min(graceMs, reason.graceMs) : graceMs
}

/** How long whoever began a trial waits for its end after its signal aborted, where trials have `graceMs` in general. */
export function patienceAfterAbort({ reason }: AbortSignal, graceMs: number): number {
  return reason instanceof HastyStop ? Math.min(graceMs, reason.patienceMs) : graceMs
}
