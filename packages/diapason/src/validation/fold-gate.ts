import { type FoldLosses, fitFolds, levelOf } from './fold-fit.ts'

/** Who asks to train a fold. */
export interface FoldRequest {
  readonly trial: number
  /** Losses of the trial's folds that are done. */
  readonly losses: FoldLosses
}

/** Lets so many folds train at a time, and decides whose turn it is. */
export interface FoldGate {
  /** A trial begins; what is returned must be called at its end. */
  open(trial: number): () => void
  /** Resolves when a fold may train, to what must be called afterwards. @throws the signal's reason once it aborts */
  enter(request: () => FoldRequest, signal: AbortSignal): Promise<() => void>
  /** Tells the losses that a trial has by now, so that hard folds can be told from bad configurations. */
  learn(request: FoldRequest): void
  /** The hardest of some folds, as far as is known, else the first of them. */
  hardest(folds: readonly number[]): number | undefined
}

interface Waiter {
  readonly request: () => FoldRequest
  readonly admit: () => void
}

/**
 * First folds go first, so that many configurations are known a little before any is known well; then the configuration that
 * does best so far, freed from how hard its folds were: the sooner the best is complete, the sooner the rest can stop.
 * One trial trains several folds at a time only where there are fewer trials than slots.
 *
 * Of a configuration's folds the hardest is next: there a score shows earliest that it cannot be made up for.
 */
export function createFoldGate(slots: number, count: number): FoldGate {
  const waiting = new Set<Waiter>()
  /** Folds that train now, by trial. */
  const training = new Map<number, number>()
  const known = createFoldEffects(count)
  let free = slots

  function isBefore(a: FoldRequest, b: FoldRequest): boolean {
    if ((a.losses.size === 0) !== (b.losses.size === 0)) return a.losses.size === 0
    const [x, y] =
      a.losses.size === 0 ? [0, 0] : [levelOf(a.losses, known.effects()), levelOf(b.losses, known.effects())]
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

  function tally(trial: number, change: number): void {
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
            tally(trial, 1)
            resolve(() => {
              free++
              tally(trial, -1)
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
    learn: known.learn,
    hardest(folds) {
      const effects = known.effects()
      let hardest = folds[0]
      for (const fold of folds) if (hardest !== undefined && effects[fold]! > effects[hardest]!) hardest = fold
      return hardest
    },
  }
}

/** How hard folds are, from the losses told so far: all alike until one configuration is known on all of them. */
function createFoldEffects(count: number) {
  const rows = new Map<number, FoldLosses>()
  let isAnyWhole = false
  let effects: Float64Array | undefined = new Float64Array(count)
  return {
    learn({ trial, losses }: FoldRequest): void {
      if (losses.size === 0 || ![...losses.values()].every(Number.isFinite)) return
      rows.set(trial, losses)
      isAnyWhole ||= losses.size === count
      if (isAnyWhole) effects = undefined
    },
    effects(): Float64Array {
      effects ??= fitFolds([...rows.values()], count).folds
      return effects
    },
  }
}
