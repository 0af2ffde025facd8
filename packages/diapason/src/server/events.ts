import type { OpenedStudy, StudyShelf } from './study-shelf.ts'

/** How often a study is looked at for those who watch it. */
const POLL_MS = 1000
/** A line now and then, so that proxies keep the connection and a lost reader is noticed. */
const BEAT_EVERY = 15

/** Streams that tell watchers of a study when it changes. One poll serves all watchers of a study. */
export class ChangeStreams {
  readonly #shelf: StudyShelf
  readonly #most: number
  readonly #watchers = new Map<number, Set<ReadableStreamDefaultController<Uint8Array>>>()
  readonly #timers = new Map<number, ReturnType<typeof setInterval>>()
  #count = 0

  /** @param most how many streams at once, over all studies */
  constructor(shelf: StudyShelf, most = 200) {
    this.#shelf = shelf
    this.#most = most
  }

  /** How many watch now. */
  get count(): number {
    return this.#count
  }

  /** A stream for one watcher; undefined where there are too many already. */
  open(id: number, first: OpenedStudy): ReadableStream<Uint8Array> | undefined {
    if (this.#count >= this.#most) return undefined
    let mine: ReadableStreamDefaultController<Uint8Array> | undefined
    this.#count++
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          mine = controller
          controller.enqueue(event(first.version))
          this.#watch(id, controller, first.version)
        },
        cancel: () => {
          if (mine !== undefined) this.#leave(id, mine)
        },
      },
      // A reader that takes nothing is let go after so many events; it opens a new stream when it comes back.
      { highWaterMark: 64 },
    )
  }

  /** Ends every stream. */
  close(): void {
    for (const timer of this.#timers.values()) clearInterval(timer)
    for (const [id, watchers] of this.#watchers) for (const watcher of [...watchers]) this.#end(id, watcher)
  }

  #watch(id: number, controller: ReadableStreamDefaultController<Uint8Array>, version: string): void {
    const watchers = this.#watchers.get(id) ?? new Set()
    this.#watchers.set(id, watchers.add(controller))
    if (this.#timers.has(id)) return
    let known = version
    let quiet = 0
    const timer = setInterval(async () => {
      try {
        const opened = await this.#shelf.open(id)
        quiet = opened.version === known ? quiet + 1 : 0
        if (opened.version !== known) this.#send(id, event(opened.version))
        else if (quiet % BEAT_EVERY === 0) this.#send(id, BEAT)
        known = opened.version
      } catch {
        // The study is gone, or the storage for a while: watchers connect again and learn which.
        for (const watcher of [...(this.#watchers.get(id) ?? [])]) this.#end(id, watcher)
      }
    }, POLL_MS)
    this.#timers.set(id, timer)
  }

  #send(id: number, data: Uint8Array): void {
    for (const watcher of [...(this.#watchers.get(id) ?? [])]) {
      if ((watcher.desiredSize ?? 0) <= 0) this.#end(id, watcher)
      else watcher.enqueue(data)
    }
  }

  #end(id: number, watcher: ReadableStreamDefaultController<Uint8Array>): void {
    this.#leave(id, watcher)
    watcher.close()
  }

  #leave(id: number, watcher: ReadableStreamDefaultController<Uint8Array>): void {
    const watchers = this.#watchers.get(id)
    if (!watchers?.delete(watcher)) return
    this.#count--
    if (watchers.size > 0) return
    this.#watchers.delete(id)
    clearInterval(this.#timers.get(id))
    this.#timers.delete(id)
  }
}

const encoder = new TextEncoder()
const BEAT = encoder.encode(': still here\n\n')

function event(version: string): Uint8Array {
  return encoder.encode(`event: change\ndata: ${JSON.stringify({ version })}\n\n`)
}
