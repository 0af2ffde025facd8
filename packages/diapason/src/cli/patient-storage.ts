import { StorageError } from '../errors.ts'
import { type OpenOptions, openStorage } from '../storage/open-storage.ts'
import type { Storage } from '../storage/storage.ts'
import { durationText } from '../text/numbers.ts'

/** How long workers and gateways wait for a storage that does not answer when they start. */
export const DEFAULT_WAIT_MS = 5 * 60_000

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const TELL_EVERY_MS = 60_000

/**
 * Opens a storage; where nobody answers there, tries again with growing pauses and says so, at once and every minute. What waiting does not
 * mend, such as a wrong password, is told at once.
 * @param waitMs for how long; 0: not at all
 * @throws {StorageError} where it cannot be opened, or nobody answered in that time
 */
export async function openPatiently(
  url: string,
  waitMs: number,
  tell: (words: string) => void,
  options: OpenOptions = {},
): Promise<Storage> {
  const started = performance.now()
  let toldAt = Number.NEGATIVE_INFINITY
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await openStorage(url, options)
    } catch (error) {
      if (!(error instanceof StorageError) || !error.isUnreachable || waitMs === 0) throw error
      const waited = performance.now() - started
      if (waited >= waitMs) throw givenUp(error, waited)
      if (waited - toldAt >= TELL_EVERY_MS) {
        toldAt = waited
        tell(`${error.message} Trying again, for ${durationText(waitMs)} in all`)
      }
      // Spread out, so that a fleet does not come back at the same moment.
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause * (0.5 + Math.random()), waitMs - waited)))
    }
  }
}

function givenUp(error: StorageError, waitedMs: number): StorageError {
  return new StorageError(
    `Waited ${durationText(waitedMs)} in vain: ${error.message.replace(/\.$/, '')}`,
    'Give it longer by --wait',
    { cause: error },
  )
}
