import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { WORKER_NAME_VARIABLE, workerName } from '../storage/worker-name.ts'
import { graceAfterAbort } from '../study/hasty-stop.ts'
import { LeaseLost } from '../study/leases.ts'
import type { LiveTrial } from '../study/live-trial.ts'
import { endInWords } from './end-in-words.ts'
import type { CallAnswer, FromWorker, StudyPart, ToWorker } from './protocol.ts'
import type { OutputLine } from './runner.ts'
import { decodeThrown, encodeThrown } from './thrown.ts'
import { DEADLINE_FD, tellDeadline } from './training-watch.ts'
import { readOutput } from './worker-output.ts'

/** What every worker of a pool is started with. */
export interface WorkerOptions {
  /** The study file. */
  readonly file: string
  /** Limit of a worker's JavaScript heap in MB; undefined: Node's own. */
  readonly heapMb: number | undefined
  /** How long a trial may go on after its signal aborted before its process is ended, in ms. */
  readonly graceMs: number
  readonly onOutput: (line: OutputLine) => void
  /** What of the study file is run: its objective (default), or its final test. */
  readonly part?: StudyPart
}

/** From SIGTERM to SIGKILL, in milliseconds. */
export const KILL_AFTER_MS = 1000

/** A process that runs trials, one at a time. */
export interface WorkerProcess {
  /** Settles once the study file is loaded. @throws where it cannot be, or the process ended before */
  readonly ready: Promise<void>
  readonly isGone: boolean
  /** Runs a trial, or one part of it; rejects with the reason where the process ends before the trial does. */
  run(trial: LiveTrial<unknown>, part?: number): Promise<unknown>
  /** The trial that runs, if any, must be over by then, by `sharedNow`; each call replaces the one before. */
  endBy(deadline: number): void
  /** Ends the process and whatever it started; settles when it is gone. */
  end(): Promise<void>
}

/** Starts a worker; `index` tells it from its siblings (DIAPASON_WORKER, from 0), to give each its own GPU for instance. */
export function startWorker(options: WorkerOptions, index: number): WorkerProcess {
  const child = forkWorker(options, index)
  child.stdio[DEADLINE_FD]?.on('error', () => {}) // it has ended, which is told of by its exit
  const output = readOutput(child, options.onOutput)
  let ending: string | undefined
  const gone = whenGone(child).then((end) => {
    ending = endInWords({ ...end, tail: output.tail, heapMb: options.heapMb })
    return ending
  })
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: FromWorker) => {
      if (message.type === 'ready') resolve()
      if (message.type === 'unloadable') reject(decodeThrown(message.thrown))
    })
    gone.then((words) => reject(new Error(`${words}, while the study file was loaded`)))
  })
  // Whoever runs a trial hears of it; nobody may be there yet.
  ready.catch(() => {})
  let deadline: number | undefined
  let isBusy = false

  return {
    ready,
    get isGone() {
      return ending !== undefined || child.exitCode !== null || child.signalCode !== null
    },
    async run(trial, part) {
      const stopWatching = endAfterAbort(child, trial.signal, options.graceMs)
      output.begin(trial.number)
      isBusy = true
      tellDeadline(child, deadline)
      try {
        await ready
        return await runOn(child, trial, part, gone)
      } finally {
        stopWatching()
        isBusy = false
        tellDeadline(child, undefined)
        if (ending === undefined) await output.end()
      }
    },
    endBy(time) {
      deadline = time
      if (isBusy) tellDeadline(child, time)
    },
    async end() {
      if (child.connected) child.disconnect()
      const cancel = killSoon(child, 0)
      await gone
      cancel()
    },
  }
}

function forkWorker({ file, heapMb, part = 'objective' }: WorkerOptions, index: number): ChildProcess {
  // Beside this module: worker.ts in the sources, worker.mjs in the build.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  const entry = fileURLToPath(new URL(`worker.${extension}`, import.meta.url))
  // Two processes cannot share a debugger's port.
  const inherited = process.execArgv.filter((flag) => !flag.startsWith('--inspect'))
  return fork(entry, [file, part], {
    execArgv: heapMb === undefined ? inherited : [...inherited, `--max-old-space-size=${heapMb}`],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
    env: { ...process.env, DIAPASON_WORKER: String(index), [WORKER_NAME_VARIABLE]: workerName() },
    // A process group of its own: Ctrl-C at the terminal is ours to handle, and what the objective starts ends with it.
    detached: process.platform !== 'win32',
  })
}

/** How a process ended, once its last words are read too. */
function whenGone(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.on('error', () => {
      // Else a message could not be sent any more, and the exit will say more.
      if (child.pid === undefined) resolve({ code: null, signal: null })
    })
    child.once('exit', (code, signal) => {
      kill(child, 'SIGKILL') // what it had started
      // Streams may be held open for ever by what left its process group.
      const late = setTimeout(() => resolve({ code, signal }), 500)
      child.once('close', () => {
        clearTimeout(late)
        resolve({ code, signal })
      })
    })
  })
}

async function runOn(
  child: ChildProcess,
  trial: LiveTrial<unknown>,
  part: number | undefined,
  gone: Promise<string>,
): Promise<unknown> {
  const { number, values, budget, seed, attrs, signal } = trial
  const send = (message: ToWorker) => {
    if (child.connected) child.send(message, () => {}) // a worker that is gone is told of by its exit
  }
  const onAbort = () => send({ type: 'abort', reason: encodeThrown(signal.reason) })
  /** States that the worker was asked for. */
  const states = new Map<number, (answer: CallAnswer) => void>()
  const stateOf = (call: number) => async () => {
    const asked = new Promise<CallAnswer>((resolve) => states.set(call, resolve))
    send({ type: 'state', call })
    const answer = await Promise.race([asked, gone])
    if (typeof answer === 'string') throw new Error(answer)
    if (!answer.ok) throw decodeThrown(answer.thrown)
    return answer.value
  }
  let onMessage: ((message: FromWorker) => void) | undefined
  try {
    return await new Promise((resolve, reject) => {
      gone.then((words) => reject(new Error(words)))
      onMessage = (message) => {
        if (message.type === 'returned') resolve(message.value)
        else if (message.type === 'threw') reject(decodeThrown(message.thrown))
        else if (message.type === 'state') states.get(message.call)?.(message.answer)
        else if (isCall(message)) void answer(trial, message, send, stateOf)
      }
      child.on('message', onMessage)
      send({ type: 'run', trial: { number, values, budget, seed, attrs, ...(part === undefined ? {} : { part }) } })
      if (signal.aborted) onAbort()
      signal.addEventListener('abort', onAbort)
    })
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (onMessage !== undefined) child.off('message', onMessage)
  }
}

type CallMessage = Extract<FromWorker, { readonly type: 'report' | 'attr' | 'constraint' | 'checkpoint' }>

function isCall(message: FromWorker): message is CallMessage {
  return ['report', 'attr', 'constraint', 'checkpoint'].includes(message.type)
}

async function answer(
  trial: LiveTrial<unknown>,
  message: CallMessage,
  send: (message: ToWorker) => void,
  stateOf: (call: number) => () => Promise<unknown>,
): Promise<void> {
  try {
    send({ type: 'answer', call: message.call, answer: { ok: true, value: await resultOf(trial, message, stateOf) } })
  } catch (thrown) {
    send({ type: 'answer', call: message.call, answer: { ok: false, thrown: encodeThrown(thrown) } })
  }
}

function resultOf(
  trial: LiveTrial<unknown>,
  message: CallMessage,
  stateOf: (call: number) => () => Promise<unknown>,
): Promise<unknown> {
  switch (message.type) {
    case 'report': {
      const { step, value, hasState, call } = message
      return trial.tryReport(step, value, hasState ? stateOf(call) : undefined)
    }
    case 'attr':
      return trial.setAttr(message.key, message.value)
    case 'constraint':
      return trial.constrain(message.name, message.excess)
    case 'checkpoint':
      return trial.checkpoint()
    default:
      return message satisfies never
  }
}

/** Ends the process when its trial goes on for too long after an abort. */
function endAfterAbort(child: ChildProcess, signal: AbortSignal, graceMs: number): () => void {
  let cancel = () => {}
  const onAbort = () => {
    // A lost lease leaves no time after its grace.
    const killAfterMs = signal.reason instanceof LeaseLost ? 0 : KILL_AFTER_MS
    cancel = killSoon(child, graceAfterAbort(signal, graceMs), killAfterMs)
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort)
  return () => {
    signal.removeEventListener('abort', onAbort)
    cancel()
  }
}

/** SIGTERM after `graceMs`, SIGKILL `killAfterMs` later; returns what calls it off. */
function killSoon(child: ChildProcess, graceMs: number, killAfterMs = KILL_AFTER_MS): () => void {
  const gently = setTimeout(() => kill(child, 'SIGTERM'), graceMs)
  const surely = setTimeout(() => kill(child, 'SIGKILL'), graceMs + killAfterMs)
  return () => {
    clearTimeout(gently)
    clearTimeout(surely)
  }
}

/** Signals the worker and what it started. */
function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
  } catch {
    // Gone already.
  }
}
