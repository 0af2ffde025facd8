import { closeSync, openSync, writeSync } from 'node:fs'

/** How much of the end is kept of a log that outgrew its limit. */
const TAIL_BYTES = 65_536

/** The log of one trial: what its program wrote, both streams in the order they were read. */
export interface TrialLog {
  write(chunk: Buffer): void
  /** Writes what is left and closes the file. */
  close(): void
}

/**
 * Opens a log that never outgrows `limit` bytes: then the beginning and the last 64 KB are kept, with a line
 * between them that says how much was left out. A disk that is full costs the log, not the trial.
 */
export function openTrialLog(path: string, limit: number): TrialLog {
  const file = openSync(path, 'w')
  const headBytes = Math.max(limit - TAIL_BYTES, 0)
  let isBroken = false
  let written = 0
  let seen = 0
  let tail = Buffer.alloc(0)
  const put = (bytes: Buffer | string) => {
    if (isBroken) return
    try {
      written += typeof bytes === 'string' ? writeSync(file, bytes) : writeSync(file, bytes)
    } catch {
      isBroken = true
    }
  }
  return {
    write(chunk) {
      seen += chunk.length
      const head = chunk.subarray(0, Math.max(0, headBytes - written))
      if (head.length > 0) put(head)
      if (head.length === chunk.length) return
      tail = Buffer.concat([tail, chunk.subarray(head.length)]).subarray(-TAIL_BYTES)
    },
    close() {
      const leftOut = seen - written - tail.length
      if (leftOut > 0) put(`\n… ${leftOut.toLocaleString('en')} bytes left out …\n`)
      put(tail)
      closeSync(file)
    },
  }
}
