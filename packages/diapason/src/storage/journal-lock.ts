import { randomUUID } from 'node:crypto'
import { closeSync, lstatSync, openSync, renameSync, statSync, symlinkSync, unlinkSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StorageError } from '../errors.ts'
import { codeOf, diskError } from './journal-errors.ts'
import type { JournalAddress } from './journal-url.ts'

/** The lock, while it is held. */
export interface HeldLock {
  /** When it was taken, by the clock of the file's server, milliseconds since 1970. */
  readonly takenAt: number
  /** False where somebody took it away, thinking that it was left behind. */
  isHeld(): boolean
  /** Does not throw: a lock that cannot be removed goes after the grace. */
  release(): void
}

const LONGEST_PAUSE_MS = 50

/**
 * Takes the lock of a journal file: `FILE.lock`, the one that Optuna takes. Creating a symbolic link, or a file that must not exist,
 * happens once over NFS too. A lock that stays the same for the grace is taken to be left behind by a process that ended, and is removed.
 *
 * @param timeoutMs for how long to wait
 * @throws {StorageError} where it stays taken, or the folder cannot be written
 */
export async function takeLock(address: JournalAddress, timeoutMs: number): Promise<HeldLock> {
  const started = performance.now()
  let seen: string | undefined
  let seenAt = started
  for (let pause = 1; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    if (create(address)) return held(address)
    const now = performance.now()
    const holder = holderOf(address)
    if (holder !== seen) {
      seen = holder
      seenAt = now
    }
    if (seen !== undefined && now - seenAt > address.graceMs && holderOf(address) === seen) remove(lockFile(address))
    else if (now - started > timeoutMs) throw staysTaken(address, timeoutMs)
    else await sleep(pause * (0.5 + Math.random()))
  }
}

const lockFile = (address: JournalAddress) => `${address.file}.lock`

/** False where somebody else has it. */
function create(address: JournalAddress): boolean {
  try {
    // The link lies beside its target, and Optuna follows it: by the bare name it is found from every folder.
    if (address.lock === 'symlink') symlinkSync(path.basename(address.file), lockFile(address))
    else closeSync(openSync(lockFile(address), 'wx'))
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return false
    if (code !== 'EPERM') throw diskError(`The lock ${lockFile(address)}`, 'made', error)
    throw new StorageError(
      `The lock ${lockFile(address)} cannot be made`,
      'Symbolic links are not allowed here: add ?lock=open to the URL, for every process',
      { cause: error },
    )
  }
}

function held(address: JournalAddress): HeldLock {
  const own = lstatSync(lockFile(address), { bigint: true })
  const isHeld = () => {
    const found = lstatSync(lockFile(address), { bigint: true, throwIfNoEntry: false })
    return found?.ino === own.ino && found.mtimeNs === own.mtimeNs
  }
  return {
    takenAt: Number(own.mtimeNs / 1000n) / 1000,
    isHeld,
    release() {
      try {
        if (isHeld()) remove(lockFile(address))
      } catch {}
    },
  }
}

/** Tells one holder from the next; a file that grows shows that somebody lives, whoever holds the lock. */
function holderOf(address: JournalAddress): string | undefined {
  const link = lstatSync(lockFile(address), { bigint: true, throwIfNoEntry: false })
  if (link === undefined) return undefined
  return `${link.ino} ${link.mtimeNs} ${statSync(address.file, { throwIfNoEntry: false })?.mtimeMs}`
}

/** By way of a name of its own, as Optuna does: of several that remove one lock, one alone succeeds. */
function remove(lock: string): void {
  const renamed = `${lock}${randomUUID()}.rename`
  try {
    renameSync(lock, renamed)
    unlinkSync(renamed)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

function staysTaken(address: JournalAddress, timeoutMs: number): StorageError {
  return new StorageError(
    `journal:${address.file} stayed locked by another process for ${Math.round(timeoutMs / 1000)} s`,
    `Stop the process that holds it; where there is none, delete ${lockFile(address)}`,
  )
}
