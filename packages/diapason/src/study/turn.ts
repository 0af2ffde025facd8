/** Longest time that a study keeps the event loop to itself, in milliseconds. */
const LONGEST_HOLD_MS = 20

/**
 * Lets timers, signals and input in, at most once in 20 ms. Storages in this process answer within microtasks: a synchronous
 * objective would otherwise never see its deadline, and Ctrl-C would wait for the last trial.
 * @returns a function to await between steps
 */
export function createTurnGiver(): () => Promise<void> {
  let lastTurnAt = performance.now()
  return async () => {
    if (performance.now() - lastTurnAt < LONGEST_HOLD_MS) return
    await new Promise<void>((resolve) => setTimeout(resolve))
    lastTurnAt = performance.now()
  }
}
