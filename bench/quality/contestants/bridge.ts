import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import {
  compileSpace,
  isActive,
  type ParamValues,
  type SearchSpace,
} from '../../../packages/diapason/src/space/search-space.ts'
import type { Searcher, SearchRequest } from './contestant.ts'

/** A process that searches on request, over JSON lines: one message to it, one reply from it (peers/peer.py tells them). */
export interface Bridge {
  /** Packages and their versions, as the process says. */
  readonly versions: { readonly [name: string]: string }
  start(algorithm: string, request: SearchRequest): Promise<Searcher>
  /** False once the process has ended. */
  isOpen(): boolean
  /** Ends the process. */
  close(): void
}

type Reply = {
  readonly versions?: { readonly [name: string]: string }
  readonly params?: ParamValues
  readonly until?: number
  readonly stop?: boolean
  readonly milliseconds?: number
  readonly error?: string
}

const START_TIMEOUT_MS = 180_000
/** What a single suggestion may take before the search counts as crashed. */
const REPLY_TIMEOUT_MS = 300_000

/**
 * Starts a peer's process and waits for its greeting.
 * @param command program and arguments
 * @throws {Error} where it ends or stays silent instead, with the end of what it wrote to standard error
 */
export async function openBridge(command: readonly string[], replyTimeoutMs = REPLY_TIMEOUT_MS): Promise<Bridge> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...ONE_THREAD } })
  const line = lineReader(child)
  async function call(message: unknown, timeoutMs = replyTimeoutMs): Promise<Reply> {
    child.stdin!.write(`${JSON.stringify(message)}\n`)
    return line(timeoutMs)
  }
  const { versions = {} } = await line(START_TIMEOUT_MS)
  return {
    versions,
    async start(algorithm, { space: entries, seed, evaluations, epochs }) {
      const space = compileSpace(entries)
      const parameters = space.parameters.map(({ name, distribution, condition }) => ({
        name,
        distribution,
        condition,
      }))
      await call({ op: 'start', space: parameters, algorithm, seed, evaluations, epochs: epochs ?? null })
      return {
        async ask() {
          const { params = {}, until, milliseconds = 0 } = await call({ op: 'ask' })
          return { params: activeOnly(space, params), milliseconds, ...(until === undefined ? {} : { until }) }
        },
        async report(epoch, value) {
          return (await call({ op: 'report', epoch, value: orNull(value) })).stop === true
        },
        async tell(value) {
          return (await call({ op: 'tell', value: orNull(value) })).milliseconds ?? 0
        },
        close: async () => {},
      }
    },
    isOpen: () => child.exitCode === null && child.signalCode === null,
    close() {
      child.stdin!.end()
      child.kill()
    },
  }
}

/** Suggestions are timed on one core. */
const ONE_THREAD = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  PYTHONWARNINGS: 'ignore',
}

const orNull = (value: number) => (Number.isFinite(value) ? value : null)

/** Peers without conditions name every parameter; the others are dropped here. */
function activeOnly(space: SearchSpace, params: ParamValues): ParamValues {
  const active: Record<string, ParamValues[string]> = {}
  for (const parameter of space.parameters) {
    if (!isActive(parameter, active)) continue
    const value = params[parameter.name]
    if (value === undefined || !parameter.column.contains(value)) {
      throw new Error(`proposed ${JSON.stringify(value)} for ${parameter.name}, which it cannot take`)
    }
    active[parameter.name] = value
  }
  return active
}

/** Replies in their order; whatever ends the process ends the waiting. */
function lineReader(child: ChildProcess): (timeoutMs: number) => Promise<Reply> {
  const lines: string[] = []
  let waiting: (() => void) | undefined
  let ended: string | undefined
  let complaints = ''
  const end = (reason: string) => {
    ended ??= reason
    waiting?.()
  }
  child.stderr!.on('data', (data) => {
    complaints = (complaints + data).slice(-2000)
  })
  child.on('error', (error) => end(error.message))
  child.on('close', (code) => end(`ended (${code}): ${complaints.trim().split('\n').at(-1) ?? ''}`))
  child.stdin!.on('error', () => {})
  createInterface({ input: child.stdout! }).on('line', (line) => {
    lines.push(line)
    waiting?.()
  })
  return async (timeoutMs) => {
    if (lines.length === 0 && ended === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          child.kill('SIGKILL')
          end(`gave no reply for ${timeoutMs / 1000} s`)
        }, timeoutMs)
        waiting = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      waiting = undefined
    }
    const line = lines.shift()
    if (line === undefined) throw new Error(ended)
    const reply: Reply = JSON.parse(line)
    if (reply.error !== undefined) throw new Error(reply.error)
    return reply
  }
}
