import { pause } from '../../study/waiting.ts'

/** How long a trial waits for space for its files, and how often it looks, in milliseconds. */
const LONGEST_WAIT_MS = 60_000
const LOOK_MS = 1000

/** Whom a wait for space concerns. */
export interface SpaceTerms {
  /** On the disk that is meant. */
  readonly folder: string
  readonly signal: AbortSignal
  /** Hears once that there is a wait. */
  readonly tell: (words: string) => void
}

/**
 * Does what needs space on a disk, again each second for a minute while it is full: others may free some, and a trial that fails at once
 * takes the next ones along.
 * @throws why the signal was aborted; an error that names the folder where the disk stays full; what `write` throws otherwise
 */
export async function withSpace<T>({ folder, signal, tell }: SpaceTerms, write: () => T): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    try {
      return write()
    } catch (error) {
      if (!isFull(error)) throw error
      if (waitedMs >= LONGEST_WAIT_MS)
        throw new Error(`the disk of ${folder} is full, or its quota used up: free some space`, { cause: error })
      if (waitedMs === 0) tell(`the disk of ${folder} is full; waiting for space for a minute`)
    }
    await pause(LOOK_MS, signal)
    signal.throwIfAborted()
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}
