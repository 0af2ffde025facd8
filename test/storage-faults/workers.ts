import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/** A worker process and what it said. */
export interface Worker {
  readonly process: ChildProcess
  /** Set by whoever kills it. */
  killed: boolean
  /** Resolves with what is wrong about its end, or undefined. */
  readonly end: Promise<string | undefined>
}

/** Starts fault-worker.ts from its TypeScript source. */
export function startWorker(url: string, logFile: string, mode: 'create' | 'claim' | 'work'): Worker {
  return start(['--conditions=@diapason/source', path.join(import.meta.dirname, 'fault-worker.ts'), url, logFile, mode])
}

function start(args: readonly string[]): Worker {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const worker: Worker = {
    process: child,
    killed: false,
    end: once(child, 'close').then(([code, signal]) => {
      if (said !== '') return said
      return worker.killed || code === 0 ? undefined : `it ended with code ${code}, signal ${signal}`
    }),
  }
  return worker
}
