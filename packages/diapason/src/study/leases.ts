import { DiapasonError } from '../errors.ts'
import { HastyStop } from './hasty-stop.ts'
import { recoverLostTrials } from './recovery.ts'
import type { HeldTrial, StudyCore } from './study-core.ts'
import { createSuspicion } from './suspicion.ts'

/** Shares of a lease: heartbeats go out this often, */
export const BEAT = 1 / 4
/** a trial is stopped when its last one that arrived is this old, */
const STOP = 0.65
/** which is looked at this often, */
const LOOK = 1 / 32
/** and what does not obey is ended after this: all is over while a tenth of the lease and more is left. */
const GRACE = 1 / 8
/** Should this process not be able to, because it was suspended, whoever watches the trainings begins to end them now. */
const WATCH = 3 / 4

/** Why a trial was stopped whose heartbeats do not reach the storage: soon somebody else may be running it. */
export class LeaseLost extends HastyStop {
  /** @param ageMs how old the last heartbeat is that arrived, in milliseconds */
  constructor(number: number, leaseMs: number, ageMs: number) {
    const graceMs = Math.max(0, Math.min(GRACE * leaseMs, (WATCH + GRACE) * leaseMs - ageMs))
    // Else the trial would be queued again, and begun by this very process, while its training is still being killed.
    const patienceMs = graceMs + GRACE * leaseMs
    super(`Trial ${number} was out of touch with the storage for too long`, 'It is queued again', graceMs, patienceMs)
  }
}

function isLost<P>({ controller }: HeldTrial<P>): boolean {
  return controller.signal.reason instanceof LeaseLost
}

/**
 * Sends heartbeats for the trials that this process holds, on the storage's clock, and stops those whose heartbeats have not
 * arrived for two thirds of their lease: time enough to end a training before another worker may begin it again.
 * Meanwhile it looks after trials that other processes have lost.
 */
export function keepLeases<P>(study: StudyCore<P>, leaseMs: number): Disposable {
  // By our own clock, from the moment the last heartbeat that arrived was sent; a process that was suspended finds it old.
  const lastSent = new Map<number, number>()
  const underWay = new Set<number>()
  const suspicion = createSuspicion()
  let isRecovering = false
  let isOver = false

  const beat = async (number: number) => {
    const trial = study.trials[number]
    if (trial?.state !== 'running' || underWay.has(number)) return
    underWay.add(number)
    const sentAt = performance.now()
    try {
      await study.parts.storage.heartbeat(trial.id)
      lastSent.set(number, sentAt)
      tellLeft()
    } catch (error) {
      // Of a run that is over nobody waits for the last heartbeat: its storage may have been closed meanwhile.
      if (isOver) return
      if (!(error instanceof DiapasonError)) throw error
      // Ended by somebody else, which a look at the study tells; or the storage is out of reach, and the next one may arrive.
      await study.refresh().catch(() => {})
    } finally {
      underWay.delete(number)
    }
  }
  const recover = async () => {
    if (isRecovering) return
    isRecovering = true
    // What could not be recovered now is tried again at the next turn.
    await recoverLostTrials(study, suspicion).catch(() => {})
    isRecovering = false
  }
  const ageOf = (number: number, { since }: HeldTrial<P>) => performance.now() - (lastSent.get(number) ?? since)
  const tellLeft = () => {
    const going = [...study.held].filter(([, trial]) => !isLost(trial))
    if (going.length === 0) return
    const ageMs = Math.max(...going.map(([number, trial]) => ageOf(number, trial)))
    study.events.emit('lease', { leftMs: WATCH * leaseMs - ageMs, graceMs: GRACE * leaseMs })
  }
  const look = (number: number, trial: HeldTrial<P>) => {
    const ageMs = ageOf(number, trial)
    if (ageMs < STOP * leaseMs || trial.controller.signal.aborted) return
    trial.controller.abort(new LeaseLost(number, leaseMs, ageMs))
    tellLeft()
  }
  const lookAtAll = () => {
    for (const [number, trial] of study.held) look(number, trial)
  }
  const tick = () => {
    for (const number of lastSent.keys()) if (!study.held.has(number)) lastSent.delete(number)
    lookAtAll()
    // One that was pruned or timed out is still ours until it has ended.
    for (const [number, trial] of study.held) if (!isLost(trial)) void beat(number)
    void recover()
  }
  // One that took its lease to be claimed, while the storage was away, does not begin.
  const stopListening = study.events.on('start', ({ trial: { number } }) => {
    const trial = study.held.get(number)
    if (trial === undefined) return
    look(number, trial)
    tellLeft()
  })
  const timers = [setInterval(lookAtAll, LOOK * leaseMs), setInterval(tick, BEAT * leaseMs)]
  return {
    [Symbol.dispose]() {
      isOver = true
      stopListening()
      for (const timer of timers) clearInterval(timer)
    },
  }
}
