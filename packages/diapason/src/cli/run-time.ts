/** Kept at the end of a limit of time for trials that do not listen, and for the last screen: two per cent, a second at most. */
const ENDING = { share: 0.02, mostMs: 1000 }
/** Of a limit of time, kept for the final test where a study has one. */
const TEST_SHARE = 0.15

const endingMs = (timeMs: number): number => Math.min(ENDING.share * timeMs, ENDING.mostMs)

/** Milliseconds since 1970 that go on evenly, whatever somebody does to the clock. */
export const steadyNow = (): number => performance.timeOrigin + performance.now()

/** What is left of a limit of time for trials, in milliseconds: half of it at least, however long the start has taken. */
export function searchTime(timeMs: number, usedMs: number, hasTest: boolean): number {
  const kept = endingMs(timeMs) + (hasTest ? TEST_SHARE * timeMs : 0)
  return Math.max(timeMs / 2, timeMs - usedMs - kept)
}

/** When the final test must have ended, by {@link steadyNow}. */
export const testUntil = (startedAt: number, timeMs: number): number => startedAt + timeMs - endingMs(timeMs)
