import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for something to become true; a refusal in between counts as not yet. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  evidence: () => unknown = () => '',
  timeoutMs = 60_000,
): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(200)) {
    if (await (async () => isSo())().catch(() => false)) return
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain until ${what}; ${JSON.stringify(await evidence())}`)
}
