import type { Storage, StudyRecord, StudySummary } from '../storage/storage.ts'
import { openStudy } from '../study/create-study.ts'
import { HttpError } from './http-error.ts'
import { PAGE, type WatchedStorage, watchedStorage } from './watched-storage.ts'

/** A study as it is looked at; nobody here calls objectives, so that what they take does not matter. */
export type ShownStudy = Awaited<ReturnType<typeof openStudy>>

/** A study with what is known of it. */
export interface OpenedStudy {
  readonly study: ShownStudy
  readonly record: StudyRecord
  /** Changes whenever a trial has. */
  readonly version: string
  /** While a large study is still being read: how many of its trials there are in all. */
  readonly reading: number | undefined
}

interface Held {
  readonly study: ShownStudy
  readonly watched: WatchedStorage
  record: StudyRecord
  version: string
  reading: number | undefined
  checkedAt: number
  /** Answers that were worked out for this version. */
  readonly answers: Map<string, unknown>
  busy: Promise<void> | undefined
}

/** How long what was read counts as fresh. */
const FRESH_MS = 400
/** Studies that are kept in memory; the one that was asked for longest ago goes first. */
const MOST_HELD = 8
/** A deletion can be undone so long. */
export const UNDO_MS = 10_000

/** Reads studies of a storage, each trial once, and keeps what it works out of them until they change. */
export class StudyShelf {
  readonly storage: Storage
  readonly #held = new Map<number, Held>()
  readonly #leaving = new Map<number, ReturnType<typeof setTimeout>>()

  constructor(storage: Storage) {
    this.storage = storage
  }

  /** Every study but those that are being deleted. */
  async list(): Promise<readonly StudySummary[]> {
    const studies = await this.storage.listStudies()
    return studies.filter(({ id }) => !this.#leaving.has(id))
  }

  /** @throws {HttpError} 404 where there is none */
  async open(id: number): Promise<OpenedStudy> {
    if (this.#leaving.has(id)) throw new HttpError(404, `Study ${id} is being deleted`)
    const held = this.#held.get(id) ?? (await this.#load(id))
    if (held.reading === undefined && performance.now() - held.checkedAt > FRESH_MS) {
      held.busy ??= this.#refresh(id, held)
      await held.busy
    }
    return held
  }

  /** What `work` makes of a study, worked out once for each version. @param key tells answers apart */
  async answer<T>(id: number, key: string, work: (opened: OpenedStudy) => T): Promise<T> {
    const opened = await this.open(id)
    const answers = this.#held.get(id)?.answers ?? new Map<string, unknown>()
    // Only this function writes under this key.
    if (answers.has(key)) return answers.get(key) as T
    const result = work(opened)
    if (answers.size > 100) answers.clear()
    answers.set(key, result)
    return result
  }

  /** What was written is read again at once. */
  forget(id: number): void {
    const held = this.#held.get(id)
    if (held !== undefined) held.checkedAt = Number.NEGATIVE_INFINITY
  }

  /** Deletes a study once the time to undo it is over. */
  deleteSoon(id: number, onError: (error: unknown) => void): void {
    if (this.#leaving.has(id)) return
    const timer = setTimeout(() => {
      this.#held.delete(id)
      this.storage
        .deleteStudy(id)
        .catch(onError)
        .finally(() => this.#leaving.delete(id))
    }, UNDO_MS)
    this.#leaving.set(id, timer)
  }

  /** Takes a deletion back. False where it was too late, or there was none. */
  undoDelete(id: number): boolean {
    const timer = this.#leaving.get(id)
    clearTimeout(timer)
    return this.#leaving.delete(id)
  }

  /** Ends waiting deletions: what was not deleted yet stays. */
  close(): void {
    for (const timer of this.#leaving.values()) clearTimeout(timer)
    this.#leaving.clear()
  }

  /** Opens a study with its first trials; the others follow while requests are answered. */
  async #load(id: number): Promise<Held> {
    const record = (await this.storage.listStudies()).find((study) => study.id === id)
    if (record === undefined) throw new HttpError(404, `There is no study ${id}`)
    const watched = watchedStorage(this.storage)
    const study = await openStudy({ storage: watched, name: record.name })
    // Two requests may have opened it meanwhile: one is enough.
    const other = this.#held.get(id)
    if (other !== undefined) return other
    const total = Object.values(record.counts).reduce((sum, count) => sum + count, 0)
    const held: Held = {
      study,
      watched,
      record,
      version: '',
      reading: total > study.trials.length ? total : undefined,
      checkedAt: performance.now(),
      answers: new Map(),
      busy: undefined,
    }
    this.#renew(held)
    this.#keep(id, held)
    if (held.reading !== undefined) void this.#readOn(id, held)
    return held
  }

  async #readOn(id: number, held: Held): Promise<void> {
    const { study } = held
    try {
      for (let before = -1; before < study.trials.length && this.#held.get(id) === held; ) {
        before = study.trials.length
        await new Promise((resolve) => setTimeout(resolve, 0))
        await study.refresh()
        this.#renew(held)
        if (study.trials.length - before < PAGE) break
      }
    } catch {
      // The storage is away: whoever asks next hears of it, and reading starts anew.
      this.#held.delete(id)
    }
    held.reading = undefined
    this.#renew(held)
  }

  /** Gives up answers that no longer hold. */
  #renew(held: Held): void {
    const version = `${held.study.trials.length}.${held.watched.revision}${held.reading === undefined ? '' : '+'}`
    if (version !== held.version) held.answers.clear()
    held.version = version
  }

  async #refresh(id: number, held: Held): Promise<void> {
    try {
      await held.study.refresh()
      const record = await this.storage.findStudy(held.study.name)
      if (record === undefined || record.id !== id) {
        this.#held.delete(id)
        throw new HttpError(404, `Study ${id} has been deleted`)
      }
      held.record = record
      this.#renew(held)
      held.checkedAt = performance.now()
    } finally {
      held.busy = undefined
    }
  }

  #keep(id: number, held: Held): void {
    this.#held.delete(id)
    this.#held.set(id, held)
    const [oldest] = this.#held.keys()
    if (this.#held.size > MOST_HELD && oldest !== undefined) this.#held.delete(oldest)
  }
}
