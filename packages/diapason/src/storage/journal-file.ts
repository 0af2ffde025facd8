import { closeSync, constants, fstatSync, fsync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { StorageError } from '../errors.ts'
import { diskError } from './journal-errors.ts'
import { type HeldLock, takeLock } from './journal-lock.ts'
import { newLineReader } from './journal-reader.ts'
import type { JournalAddress } from './journal-url.ts'

/** What a step of writing works with, under the lock. */
export interface JournalWriter {
  /** The clock of the file's server, milliseconds since 1970. */
  readonly now: number
  /** Appends lines and replays them. */
  append(...lines: readonly string[]): void
}

/** A file of lines to which several processes append. */
export interface JournalFile {
  /** Replays what has been appended since the last time; a line that somebody is still writing is left for the next. */
  catchUp(): void
  /**
   * Runs a step under the lock, caught up; it is on the disk when this resolves. Steps that wait share one lock and one wait for the
   * disk. A step checks, then appends once, so that it happens whole or not at all.
   */
  write<T>(step: (writer: JournalWriter) => T): Promise<T>
  /** The clock of the file's server, milliseconds since 1970; undefined before the first step of writing. */
  now(): number | undefined
  close(): Promise<void>
}

/** What the lines mean. */
export interface JournalReplay {
  /** @throws {SyntaxError} where the line is no JSON */
  apply(line: string): void
  /** Lines that belong to an earlier one and that a crash cut off. */
  owed(): readonly string[]
}

interface Step {
  readonly run: (writer: JournalWriter) => () => void
  readonly reject: (error: unknown) => void
}

/** So that other processes get their turn. */
const MOST_STEPS_A_LOCK = 64
const APPEND = constants.O_RDWR | constants.O_APPEND
const flush = promisify(fsync)

/** Somebody took the lock away from a process that slept; its step starts anew. */
class LockLost extends Error {}

/**
 * Opens a journal file, and creates it where there is none.
 * @param timeoutMs for how long a step waits for the lock
 * @throws {StorageError} where it cannot be read, or is something else
 */
export function openJournalFile(address: JournalAddress, replay: JournalReplay, timeoutMs: number): JournalFile {
  const url = `journal:${address.file}`
  const handles = newHandles(address.file, url)
  const reader = newLineReader(url, replay.apply)
  const queue: Step[] = []
  let clock = Number.NaN

  const append = (fd: number, lines: readonly string[]): void => {
    // What a crash cut off was acknowledged to nobody, and whatever followed on its line could not be read.
    if (reader.readOn(fd) > reader.offset()) ftruncateSync(fd, reader.offset())
    writeWhole(fd, Buffer.from(`${lines.join('\n')}\n`), reader.offset())
    reader.readOn(fd)
  }

  /** Runs steps one after the other. @returns what tells their callers */
  const runSteps = (lock: HeldLock, fd: number, steps: readonly Step[]): (() => void)[] => {
    const writer: JournalWriter = {
      now: lock.takenAt,
      append(...lines) {
        if (!lock.isHeld()) throw new LockLost()
        append(fd, [...replay.owed(), ...lines])
      },
    }
    const answers: (() => void)[] = []
    for (const [i, { run, reject }] of steps.entries()) {
      try {
        answers.push(run(writer))
      } catch (error) {
        if (error instanceof LockLost) {
          queue.unshift(...steps.slice(i))
          break
        }
        answers.push(() => reject(diskError(url, 'written', error)))
      }
    }
    return answers
  }

  const underLock = async (lock: HeldLock): Promise<(() => void)[]> => {
    clock = lock.takenAt - performance.now()
    const fd = handles.open(APPEND, reader.offset())
    const steps = queue.splice(0, MOST_STEPS_A_LOCK)
    try {
      const before = reader.readOn(fd)
      const answers = runSteps(lock, fd, steps)
      if (fstatSync(fd).size !== before) await flush(fd)
      return answers
    } catch (error) {
      return steps.map((step) => () => step.reject(diskError(url, 'written', error)))
    } finally {
      closeSync(fd)
    }
  }

  let turns: Promise<void> | undefined
  const takeTurns = async (): Promise<void> => {
    while (queue.length > 0) {
      let lock: HeldLock | undefined
      let answers: (() => void)[]
      try {
        lock = await takeLock(address, timeoutMs)
        answers = await underLock(lock)
      } catch (error) {
        answers = queue.splice(0).map((step) => () => step.reject(error))
      }
      lock?.release()
      for (const answer of answers) answer()
    }
    turns = undefined
  }

  const catchUp = (): void => {
    const fd = handles.open(constants.O_RDONLY, reader.offset())
    try {
      reader.readOn(fd)
    } finally {
      closeSync(fd)
    }
  }
  catchUp()

  return {
    catchUp,
    write<T>(step: (writer: JournalWriter) => T): Promise<T> {
      return new Promise((resolve, reject) => {
        const run = (writer: JournalWriter) => {
          const result = step(writer)
          return () => resolve(result)
        }
        queue.push({ run, reject })
        turns ??= takeTurns()
      })
    },
    now: () => (Number.isNaN(clock) ? undefined : clock + performance.now()),
    async close() {
      await turns
      handles.close()
    },
  }
}

/** Writes all of it or none. */
function writeWhole(fd: number, bytes: Buffer, end: number): void {
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
  } catch (error) {
    ftruncateSync(fd, end)
    throw error
  }
}

/** Opens the file anew for every use, which over NFS is what makes fresh lines visible, and sees to it that it stays the same file. */
function newHandles(file: string, url: string) {
  const open = (flags: number): number => {
    try {
      return openSync(file, flags)
    } catch (error) {
      throw diskError(url, 'opened', error)
    }
  }
  let isOpen = true
  const { ino, dev } = identityOf(file, open)
  return {
    /** @param leastSize what has been read of it, bytes */
    open(flags: number, leastSize: number): number {
      if (!isOpen) throw new StorageError(`${url} has been closed`, 'Open it again')
      const fd = open(flags)
      const found = fstatSync(fd)
      if (found.ino === ino && found.dev === dev && found.size >= leastSize) return fd
      closeSync(fd)
      throw new StorageError(
        `${url} was replaced or cut off while it was open`,
        'Put the file (or a backup) back in its place and start again, or start with another path',
      )
    },
    close() {
      isOpen = false
    },
  }
}

/** Creates the file where there is none. */
function identityOf(file: string, open: (flags: number) => number): { readonly ino: number; readonly dev: number } {
  const found = statSync(file, { throwIfNoEntry: false })
  // A folder opens for reading; asked to write, the system says what it is.
  const fd = open(found === undefined ? APPEND | constants.O_CREAT : found.isDirectory() ? APPEND : constants.O_RDONLY)
  const { ino, dev } = fstatSync(fd)
  closeSync(fd)
  return { ino, dev }
}
