import type { CompiledGraph } from '../compile/gradient-graph.ts'
import type { Runtime, RuntimeSession } from './runtime.ts'

/** A session on loan; give it back by `release`, after which the cache may close it. */
export interface SessionLease {
  readonly session: RuntimeSession
  release(): Promise<void>
}

interface Entry {
  readonly session: Promise<RuntimeSession>
  /** Share of the capacity it takes while idle. */
  readonly weight: number
  users: number
}

/** Sessions by graph key and threads; at most `capacity` idle ones are kept, the longest unused is closed first. */
export interface SessionCache {
  acquire(graph: CompiledGraph, threads: number): Promise<SessionLease>
  /** Closes every idle session. */
  clear(): Promise<void>
  /** Number of sessions open, in use or idle. */
  readonly size: number
}

/** A session for images keeps the memory of a whole step, some hundred megabytes. */
const LARGE_WEIGHT = 4

/** Opens a cache of at most `capacity` idle sessions (default 16; one takes some hundred
 * kilobytes, and one for images counts as four). */
export function createSessionCache(runtime: Runtime, capacity = 16): SessionCache {
  const entries = new Map<string, Entry>()

  const closeIdle = async (allowed: number): Promise<void> => {
    const idle = [...entries].filter(([, entry]) => entry.users === 0)
    let weight = idle.reduce((total, [, entry]) => total + entry.weight, 0)
    const surplus = idle.filter(([, entry]) => {
      const isSurplus = weight > allowed
      if (isSurplus) weight -= entry.weight
      return isSurplus
    })
    for (const [key] of surplus) entries.delete(key)
    for (const [, entry] of surplus) await (await entry.session).release()
  }

  const acquire = async (graph: CompiledGraph, threads: number): Promise<SessionLease> => {
    const key = `${threads} threads | ${graph.key}`
    const { isLarge } = graph
    const open = (): Entry => ({
      session: runtime.createSession(graph.write(), { threads, isLarge }),
      weight: isLarge ? LARGE_WEIGHT : 1,
      users: 0,
    })
    const entry = entries.get(key) ?? open()
    // Set again, so that the map's order is the order of last use.
    entries.delete(key)
    entries.set(key, entry)
    entry.users++
    const session = await entry.session.catch((error: unknown) => {
      entries.delete(key)
      throw error
    })
    let isHeld = true
    const release = async (): Promise<void> => {
      if (!isHeld) return
      isHeld = false
      entry.users--
      await closeIdle(capacity)
    }
    return { session, release }
  }

  return {
    acquire,
    clear: () => closeIdle(0),
    get size() {
      return entries.size
    },
  }
}
