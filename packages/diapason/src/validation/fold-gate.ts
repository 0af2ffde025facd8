/** Who asks to train a fold. */
export interface FoldRequest {
  readonly trial: number
  /** Losses of the trial's folds that are done, by fold. */
  readonly losses: ReadonlyMap<number, number>
}

/** Lets so many folds train at a time, and decides whose turn it is. */
export interface FoldGate {
  /** A trial begins; what is returned must be called at its end. */
  open(trial: number): () => void
  /** Resolves when the fold may train, to what must be called afterwards. @throws the signal's reason once it aborts */
  enter(request: () => FoldRequest, signal: AbortSignal): Promise<() => void>
  /** Tells of a score, so that hard folds can be told from bad configurations. */
  learn(fold: number, loss: number): void
}

interface Waiter {
  readonly request: () => FoldRequest
  readonly admit: () => void
}

/**
 * First folds go first, so that many configurations are known a little before any is known well; then the configuration that
 * does best so far, each fold compared with what others had in it: the sooner the best is complete, the sooner the rest can stop.
 * One trial trains several folds at a time only where there are fewer trials than slots.
 */
export function createFoldGate(slots: number): FoldGate {
  const waiting = new Set<Waiter>()
  const seen = new Map<number, { sum: number; count: number }>()
  /** Folds that train now, by trial. */
  const training = new Map<number, number>()
  let free = slots

  function standing({ losses }: FoldRequest): number {
    let sum = 0
    for (const [fold, loss] of losses) {
      const known = seen.get(fold)
      sum += loss - (known === undefined ? 0 : known.sum / known.count)
    }
    return sum / losses.size
  }

  function isBefore(a: FoldRequest, b: FoldRequest): boolean {
    if ((a.losses.size === 0) !== (b.losses.size === 0)) return a.losses.size === 0
    const [x, y] = a.losses.size === 0 ? [0, 0] : [standing(a), standing(b)]
    return x === y || Number.isNaN(x - y) ? a.trial < b.trial : x < y
  }

  function admitNext(): void {
    while (free > 0 && waiting.size > 0) {
      let next: Waiter | undefined
      for (const waiter of waiting) {
        const request = waiter.request()
        if ((training.get(request.trial) ?? 0) >= Math.max(1, Math.floor(slots / training.size))) continue
        if (next === undefined || isBefore(request, next.request())) next = waiter
      }
      if (next === undefined) return
      waiting.delete(next)
      free--
      next.admit()
    }
  }

  function count(trial: number, change: number): void {
    const now = training.get(trial)
    if (now !== undefined) training.set(trial, now + change)
  }

  return {
    open(trial) {
      training.set(trial, 0)
      return () => {
        training.delete(trial)
        admitNext()
      }
    },
    enter(request, signal) {
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.delete(waiter)
          reject(signal.reason)
        }
        const waiter: Waiter = {
          request,
          admit() {
            signal.removeEventListener('abort', onAbort)
            const { trial } = request()
            count(trial, 1)
            resolve(() => {
              free++
              count(trial, -1)
              admitNext()
            })
          },
        }
        if (signal.aborted) return reject(signal.reason)
        signal.addEventListener('abort', onAbort, { once: true })
        waiting.add(waiter)
        admitNext()
      })
    },
    learn(fold, loss) {
      const known = seen.get(fold) ?? { sum: 0, count: 0 }
      if (Number.isFinite(loss)) seen.set(fold, { sum: known.sum + loss, count: known.count + 1 })
    },
  }
}
