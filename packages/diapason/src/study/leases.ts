import { DiapasonError, StudyStopped } from '../errors.ts'
import { recoverLostTrials } from './recovery.ts'
import type { StudyCore } from './study-core.ts'

/** Why a trial was stopped whose heartbeats do not reach the storage: by now somebody else may be running it. */
export class LeaseLost extends StudyStopped {}

/**
 * Sends heartbeats for the trials that this process holds, on the storage's clock, and stops those whose heartbeats have not
 * arrived for three quarters of their lease: time enough to end a training before another worker may begin it again.
 * Meanwhile it looks after trials that other processes have lost.
 */
export function keepLeases<P>(study: StudyCore<P>, leaseMs: number): Disposable {
  // By our own clock, from the moment the last heartbeat that arrived was sent; a process that was suspended finds it old.
  const lastSent = new Map<number, number>()
  const underWay = new Set<number>()
  let isRecovering = false

  const beat = async (number: number) => {
    const trial = study.trials[number]
    if (trial?.state !== 'running' || underWay.has(number)) return
    underWay.add(number)
    const sentAt = performance.now()
    try {
      await study.parts.storage.heartbeat(trial.id)
      lastSent.set(number, sentAt)
    } catch (error) {
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
    await recoverLostTrials(study).catch(() => {})
    isRecovering = false
  }
  const tick = () => {
    const now = performance.now()
    for (const number of lastSent.keys()) if (!study.held.has(number)) lastSent.delete(number)
    for (const [number, { controller, since }] of study.held) {
      if (now - (lastSent.get(number) ?? since) >= 0.75 * leaseMs) {
        controller.abort(
          new LeaseLost(`Trial ${number} was out of touch with the storage for too long`, 'It is queued again'),
        )
      } else void beat(number)
    }
    void recover()
  }
  const timer = setInterval(tick, leaseMs / 4)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
