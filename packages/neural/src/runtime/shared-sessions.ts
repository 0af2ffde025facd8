import { automaticRuntime } from './choose.ts'
import { createSessionCache, type SessionCache } from './session-cache.ts'

let shared: SessionCache | undefined

/** The process's session cache, opened on first use: trials that share a structure share its compiled graph. */
export function sharedSessions(): SessionCache {
  shared ??= createSessionCache(automaticRuntime)
  return shared
}

/** Closes every compiled graph that no training is using. Not needed for the process to exit. */
export async function releaseSessions(): Promise<void> {
  await shared?.clear()
}
