import type { Distribution } from '../space/distribution.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { checkCompatible, type StoredParam } from './rules.ts'
import type { AttributeKind, Cursor, StudyRecord, StudySummary } from './storage.ts'
import { type Entry, recordOf } from './trial-entry.ts'

/** A study with its trials. Every change of a trial is noted in `changes`, so that a reader asks for the tail alone. */
export interface Shelf {
  record: StudyRecord
  readonly entries: Entry[]
  readonly changes: Entry[]
  /** The furthest that any reader has read; a change noted behind it reaches every reader. */
  readUpTo: number
  readonly queue: Entry[]
  queueHead: number
  readonly running: Set<Entry>
  readonly firstDistributions: Map<string, Distribution>
}

type Named = Pick<StoredParam, 'name' | 'distribution'>

/** An empty shelf. */
export function newShelf(record: StudyRecord): Shelf {
  return {
    record,
    entries: [],
    changes: [],
    readUpTo: 0,
    queue: [],
    queueHead: 0,
    running: new Set(),
    firstDistributions: new Map(),
  }
}

/** The field of a record that holds attributes of this kind. */
export function attrField(kind: AttributeKind): 'userAttrs' | 'systemAttrs' {
  return kind === 'user' ? 'userAttrs' : 'systemAttrs'
}

/** @throws {SpaceError} where a distribution does not fit what the study has under its name */
export function checkDistributions({ firstDistributions }: Shelf, params: readonly StoredParam[]): void {
  for (const { name, distribution } of params) {
    const first = firstDistributions.get(name)
    if (first !== undefined) checkCompatible(name, first, distribution)
  }
}

/** Keeps the distributions of names that are new to the study. */
export function keepDistributions({ firstDistributions }: Shelf, params: readonly Named[]): void {
  for (const { name, distribution } of params) {
    if (!firstDistributions.has(name)) firstDistributions.set(name, distribution)
  }
}

/** Drops the cached record and tells the readers, unless every reader will meet an earlier note of the same trial. */
export function noteChange(shelf: Shelf, entry: Entry): void {
  entry.record = undefined
  if (entry.notedAt >= shelf.readUpTo) return
  entry.notedAt = shelf.changes.length
  shelf.changes.push(entry)
}

/** The waiting trial with the smallest number. */
export function nextWaiting(shelf: Shelf): Entry | undefined {
  while (shelf.queueHead < shelf.queue.length) {
    const entry = shelf.queue[shelf.queueHead]
    if (entry?.state === 'waiting') return entry
    shelf.queueHead++
  }
  return undefined
}

/** Every trial that is new or has changed since the cursor, by ascending number; all of them without one. */
export function readShelf(
  shelf: Shelf,
  since: Cursor,
): { readonly trials: readonly TrialRecord[]; readonly cursor: Cursor } {
  const from = typeof since === 'number' ? since : 0
  const cursor = shelf.changes.length
  shelf.readUpTo = cursor
  if (from === 0) return { trials: shelf.entries.map(recordOf), cursor }
  const changed = [...new Set(shelf.changes.slice(from))].sort((a, b) => a.number - b.number)
  return { trials: changed.map(recordOf), cursor }
}

/** The ids of running trials whose last heartbeat was before `oldest`, milliseconds since 1970. */
export function staleIn(shelf: Shelf, oldest: number): number[] {
  return [...shelf.running]
    .filter((entry) => entry.heartbeatAt !== undefined && entry.heartbeatAt < oldest)
    .map((entry) => entry.id)
}

/** One line of a list of studies. */
export function summaryOf(shelf: Shelf): StudySummary {
  const counts: Record<TrialRecord['state'], number> = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 }
  let startedAt: number | undefined
  for (const entry of shelf.entries) {
    counts[entry.state]++
    if (entry.startedAt !== undefined) startedAt = Math.min(entry.startedAt, startedAt ?? entry.startedAt)
  }
  return { ...shelf.record, counts, startedAt }
}
