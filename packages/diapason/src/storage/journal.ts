import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { OptionError } from '../errors.ts'
import type { Attributes } from '../trial/trial-record.ts'
import { checkpointFolder, checkpointsBeside } from './checkpoint-folder.ts'
import { type JournalWriter, openJournalFile } from './journal-file.ts'
import { HEARTBEAT_KEY, type JournalLines, journalLines, momentText } from './journal-lines.ts'
import { type JournalContents, journalContents } from './journal-replay.ts'
import { journalAddress } from './journal-url.ts'
import { NO_REASON, nameTaken, outcomeValues, paramTwice, storedNumber, storedParams, wrongState } from './rules.ts'
import { checkDistributions, nextWaiting, readShelf, type Shelf, staleIn, summaryOf } from './shelf.ts'
import { REASON_KEY } from './sql/records.ts'
import type { NewTrial, Storage } from './storage.ts'
import { entryOf, recordOf } from './trial-entry.ts'
import { workerName } from './worker-name.ts'

/** How a journal file is opened. */
export interface JournalOptions {
  /** How long a step waits for other processes, milliseconds (default 120,000). */
  readonly timeoutMs?: number
}

/**
 * Opens a journal file as Optuna writes it (JournalFileBackend), and creates it where there is none: one file on a disk that many machines
 * share, NFS included, and no database. Everybody reads the whole file once and then what is new. Heartbeats go by the clock of the
 * file's server. What was acknowledged is on the disk. Checkpoints of paused trials lie in a folder beside it, `tuning.checkpoints` for
 * `tuning.log`.
 *
 * @param url `journal:FILE`, with `?lock=open` where everybody else locks so, and `&grace=SECONDS` (default 30)
 * @throws {StorageError} where the file cannot be opened, or is something else
 * @example
 * const storage = await openJournal('journal:/shared/tuning.log')
 */
export async function openJournal(url: string, { timeoutMs = 120_000 }: JournalOptions = {}): Promise<Storage> {
  if (!(timeoutMs >= 0)) throw new OptionError(`timeoutMs must not be negative, got ${timeoutMs}`, 'Give milliseconds')
  const address = journalAddress(url, process.platform !== 'win32')
  const worker = `${randomUUID()}-0`
  const contents = journalContents(worker)
  const lines = journalLines(worker)
  const file = openJournalFile(address, contents, timeoutMs)
  const folderOf = (studyId: number) => join(checkpointsBeside(address.file), String(studyId))
  const read = <T>(look: () => T): T => {
    file.catchUp()
    return look()
  }
  return {
    url: `journal:${address.file}`,
    // Process numbers say nothing about other machines: heartbeats alone tell the living from the dead.
    worker: { name: workerName(), isGone: () => false },
    checkpoints: (studyId) => checkpointFolder(folderOf(studyId)),

    createStudy: (name, directions, systemAttrs = {}) =>
      file.write((writer) => {
        if (contents.find(name) !== undefined) throw nameTaken(name)
        const studyId = contents.nextStudyId()
        const attrs = Object.entries(systemAttrs).map(([key, value]) => lines.studyAttr(studyId, 'system', key, value))
        writer.append(lines.createStudy(name, directions, attrs), ...attrs)
        return contents.shelfOf(studyId).record
      }),
    findStudy: async (name) => read(() => contents.find(name)?.record),
    listStudies: async () => read(() => [...contents.shelves.values()].map(summaryOf)),
    async deleteStudy(studyId) {
      await file.write((writer) => {
        contents.shelfOf(studyId)
        writer.append(lines.deleteStudy(studyId))
      })
      await rm(folderOf(studyId), { recursive: true, force: true })
    },
    async setStudyAttr(studyId, kind, key, value) {
      const line = lines.studyAttr(studyId, kind, key, value)
      await file.write((writer) => {
        contents.shelfOf(studyId)
        writer.append(line)
      })
    },
    readTrials: async (studyId, since) => read(() => readShelf(contents.shelfOf(studyId), since)),
    async staleTrials(studyId, graceMs) {
      const now = file.now() ?? (await file.write((writer) => writer.now))
      return read(() => staleIn(contents.shelfOf(studyId), now - graceMs))
    },
    ...trialSteps(contents, lines, (step) => file.write(step), read),
    close: () => file.close(),
  }
}

type TrialSteps = Pick<
  Storage,
  'createTrial' | 'claimWaiting' | 'setParams' | 'report' | 'setTrialAttr' | 'finish' | 'heartbeat'
>

/** The steps of a trial. Each checks under the lock, so that the lines it appends hold. */
function trialSteps(
  contents: JournalContents,
  lines: JournalLines,
  write: <T>(step: (writer: JournalWriter) => T) => Promise<T>,
  read: <T>(look: () => T) => T,
): TrialSteps {
  const running = (trialId: number) => {
    const owner = contents.ownerOf(trialId)
    if (owner.entry.state !== 'running') throw wrongState(trialId, owner.entry.state, 'running')
    return owner
  }
  return {
    async createTrial(studyId, trial, limit = Number.POSITIVE_INFINITY) {
      const draft = draftOf(trial)
      return write((writer) => {
        const shelf = contents.shelfOf(studyId)
        if (shelf.entries.length >= limit) return undefined
        writer.append(draft(lines, shelf, writer.now))
        const created = contents.newest()
        return created === undefined ? undefined : recordOf(created)
      })
    },

    async claimWaiting(studyId, { systemAttrs = {}, heartbeat = false } = {}) {
      // Looked for first, so that asking an empty queue does not wait for writers.
      if (read(() => nextWaiting(contents.shelfOf(studyId))) === undefined) return undefined
      return write((writer) => {
        const entry = nextWaiting(contents.shelfOf(studyId))
        if (entry === undefined) return undefined
        const all = heartbeat ? { ...systemAttrs, [HEARTBEAT_KEY]: momentText(writer.now) } : systemAttrs
        // The start comes last: what a crash cuts off before it leaves the trial waiting.
        writer.append(
          ...Object.entries(all).map(([key, value]) => lines.trialAttr(entry.id, 'system', key, value)),
          lines.start(entry.id, Date.now()),
        )
        return contents.isOurs(entry) ? recordOf(entry) : undefined
      })
    },

    async setParams(trialId, params, distributions) {
      const stored = storedParams(params, distributions)
      await write((writer) => {
        const { shelf, entry } = running(trialId)
        const twice = stored.find(({ name }) => Object.hasOwn(entry.params, name))
        if (twice !== undefined) throw paramTwice(trialId, twice.name)
        checkDistributions(shelf, stored)
        if (stored.length > 0) writer.append(...stored.map((param) => lines.param(trialId, param)))
      })
    },

    report: (trialId, step, value) =>
      write((writer) => {
        const { reports } = running(trialId).entry
        if (reports.every(([known]) => known !== step)) writer.append(lines.report(trialId, step, storedNumber(value)))
      }),

    async setTrialAttr(trialId, kind, key, value) {
      const line = lines.trialAttr(trialId, kind, key, value)
      await write((writer) => {
        const { entry } = contents.ownerOf(trialId)
        if (entry.outcome !== undefined) throw wrongState(trialId, entry.state, 'waiting and running')
        writer.append(line)
      })
    },

    async finish(trialId, outcome, successor) {
      const end = { state: outcome.state, values: outcomeValues(outcome), finishedAt: Date.now() }
      const draft = successor === undefined ? undefined : draftOf(successor)
      return write((writer) => {
        const { shelf, entry } = contents.ownerOf(trialId)
        if (entry.outcome !== undefined) return false
        const reason =
          outcome.state === 'failed' ? [lines.trialAttr(trialId, 'system', REASON_KEY, outcome.reason)] : []
        const next = draft === undefined ? [] : [draft(lines, shelf, writer.now)]
        writer.append(...reason, lines.end(trialId, end, next), ...next)
        return contents.isOurs(entry)
      })
    },

    heartbeat: (trialId) =>
      write((writer) => {
        running(trialId)
        writer.append(lines.trialAttr(trialId, 'system', HEARTBEAT_KEY, momentText(writer.now)))
      }),
  }
}

/**
 * Checks what can be checked before the lock is taken.
 * @returns the line of the trial, at a time of the file's server. @throws {SpaceError} where a distribution does not fit the study
 */
function draftOf(trial: NewTrial): (lines: JournalLines, shelf: Shelf, now: number) => string {
  const params = storedParams(trial.params ?? {}, trial.distributions ?? {})
  const entry = entryOf({ id: 0, number: 0, now: Date.now() }, trial, params)
  return (lines, shelf, now) => {
    checkDistributions(shelf, params)
    const systemAttrs: Attributes = {
      ...entry.systemAttrs,
      ...(entry.state === 'failed' && { [REASON_KEY]: entry.outcome?.reason ?? NO_REASON }),
      ...(trial.heartbeat && { [HEARTBEAT_KEY]: momentText(now) }),
    }
    return lines.createTrial(shelf.record.id, entry, params, systemAttrs)
  }
}
