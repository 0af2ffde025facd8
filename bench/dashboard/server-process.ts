import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** A dashboard's server that runs. */
export interface ServerProcess {
  readonly url: string
  /** Resident memory in MiB: now, or at most so far. */
  memory(which: 'VmRSS' | 'VmHWM'): number
  stop(): Promise<void>
}

/** Starts a server and waits until it answers. @param url where it will answer */
export async function startServer(command: string, words: readonly string[], url: string): Promise<ServerProcess> {
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'] })
  for (let tries = 0; !(await answers(url)); tries++) {
    if (tries > 600 || child.exitCode !== null) throw new Error(`${command} does not answer at ${url}`)
    await sleep(100)
  }
  return {
    url,
    memory(which) {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      return Number(new RegExp(`^${which}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024
    },
    stop: () => stop(child),
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

/** Who did not answer in time. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

/**
 * Milliseconds until an answer is there whole, and what it says. Not by `fetch`, which gives up after 300 s.
 * @throws {Unanswered} after `patienceS` seconds
 */
export async function timed(url: string, patienceS = 900): Promise<{ readonly ms: number; readonly bytes: Buffer }> {
  const began = performance.now()
  const signal = AbortSignal.timeout(1000 * patienceS)
  try {
    const [response] = (await once(get(url, { signal }), 'response', { signal })) as [IncomingMessage]
    // Not as text: an answer may be longer than a string can be.
    const bytes = await buffer(response)
    if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${bytes.toString('utf8', 0, 200)}`)
    return { ms: performance.now() - began, bytes }
  } catch (error) {
    if (signal.aborted) throw new Unanswered(`no answer within ${patienceS} s`, { cause: error })
    throw error
  }
}
