import { patienceAfterAbort } from './hasty-stop.ts'
import type { Ending } from './outcomes.ts'

/** Something that is going to happen, unless it is called off. */
export interface Timer {
  cancel(): void
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** A timer that may be infinite, and longer than setTimeout's 24.8 days. */
export function startTimer(ms: number, fire: () => void): Timer {
  if (ms === Number.POSITIVE_INFINITY) return { cancel() {} }
  let left = ms
  let handle: ReturnType<typeof setTimeout>
  const wait = () => {
    const span = Math.min(left, LONGEST_TIMER_MS)
    left -= span
    handle = setTimeout(() => (left > 0 ? wait() : fire()), span)
  }
  wait()
  return { cancel: () => clearTimeout(handle) }
}

/** Waits, until the signal at the longest. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = startTimer(ms, resolve)
  const onAbort = () => resolve()
  signal.addEventListener('abort', onAbort)
  await promise
  signal.removeEventListener('abort', onAbort)
  timer.cancel()
}

/** Waits for an objective, and after an abort for `graceMs` at most: some do not listen. */
export async function settle(start: () => unknown, signal: AbortSignal, graceMs: number): Promise<Ending> {
  if (signal.aborted) return 'abandoned'
  const ended: Promise<Ending> = (async () => ({ returned: await start() }))().catch((thrown: unknown) => ({ thrown }))
  let grace: Timer | undefined
  const abandoned = new Promise<Ending>((resolve) => {
    signal.addEventListener('abort', () => {
      grace = startTimer(patienceAfterAbort(signal, graceMs), () => resolve('abandoned'))
    })
  })
  const ending = await Promise.race([ended, abandoned])
  grace?.cancel()
  return ending
}
