import type { CompiledGraph } from '../compile/training-graph.ts'
import type { Runtime, RuntimeSession } from './runtime.ts'

/** A session on loan; give it back by `release`, after which the cache may close it. */
export interface SessionLease {
  readonly session: RuntimeSession
  release(): Promise<void>
}

interface Entry {
  readonly session: Promise<RuntimeSession>
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

/** Opens a cache of at most `capacity` idle sessions (default 16; one takes some hundred kilobytes). */
export function createSessionCache(runtime: Runtime, capacity = 16): SessionCache {
  const entries = new Map<string, Entry>()

  const closeIdle = async (allowed: number): Promise<void> => {
    const idle = [...entries].filter(([, entry]) => entry.users === 0)
    const surplus = idle.slice(0, Math.max(0, idle.length - allowed))
    for (const [key] of surplus) entries.delete(key)
    for (const [, entry] of surplus) await (await entry.session).release()
  }

  const acquire = async (graph: CompiledGraph, threads: number): Promise<SessionLease> => {
    const key = `${threads} threads | ${graph.key}`
    const entry = entries.get(key) ?? { session: runtime.createSession(graph.write(), { threads }), users: 0 }
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
