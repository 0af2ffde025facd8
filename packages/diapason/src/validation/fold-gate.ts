/** Who asks to train a fold. */
export interface FoldRequest {
  readonly trial: number
  /** Losses of the trial's folds that are done, by fold. */
  readonly losses: ReadonlyMap<number, number>
  /** Folds of the same trial that train now. */
  readonly inProgress: number
}

/** Lets so many folds train at a time, and decides whose turn it is. */
export interface FoldGate {
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
 * A second fold of one trial at the same time waits for all others.
 */
export function createFoldGate(slots: number): FoldGate {
  const waiting = new Set<Waiter>()
  const seen = new Map<number, { sum: number; count: number }>()
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
    if (a.inProgress !== b.inProgress) return a.inProgress < b.inProgress
    if ((a.losses.size === 0) !== (b.losses.size === 0)) return a.losses.size === 0
    const [x, y] = a.losses.size === 0 ? [0, 0] : [standing(a), standing(b)]
    return x === y || Number.isNaN(x - y) ? a.trial < b.trial : x < y
  }

  function admitNext(): void {
    while (free > 0 && waiting.size > 0) {
      let next: Waiter | undefined
      for (const waiter of waiting) if (next === undefined || isBefore(waiter.request(), next.request())) next = waiter
      if (next === undefined) return
      waiting.delete(next)
      free--
      next.admit()
    }
  }

  return {
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
            let isHeld = true
            resolve(() => {
              if (isHeld) free++
              isHeld = false
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
