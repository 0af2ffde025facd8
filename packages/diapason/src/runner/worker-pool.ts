import { resolve } from 'node:path'
import type { RunPort } from '../study/arrangement.ts'
import type { LeaseLeft } from '../study/events.ts'
import type { LiveTrial } from '../study/live-trial.ts'
import type { Runner } from './runner.ts'
import { sharedNow } from './training-watch.ts'
import { startWorker, type WorkerOptions, type WorkerProcess } from './worker-process.ts'

/** How a pool is opened. */
export interface WorkerPoolOptions extends WorkerOptions {
  /** Worker processes, at least 1. */
  readonly jobs: number
  /** The objective's own wish how to be run; its parts go to the workers one by one. */
  readonly arrange?: Runner['run']['arrange']
  /** Gives up while workers are still loading the study file. */
  readonly signal?: AbortSignal
}

/** A place for a worker; a new one takes it when the old one has ended. */
interface Slot {
  readonly index: number
  worker: WorkerProcess
}

/**
 * Runs objectives in worker processes, one trial at a time in each. A worker that crashes, exits, runs out of memory or
 * does not stop when told to costs the trial it was running, and is replaced.
 * @throws where a worker cannot load the study file
 */
export async function openWorkerPool(options: WorkerPoolOptions): Promise<Runner> {
  const workerOptions: WorkerOptions = { ...options, file: resolve(options.file) }
  const slots: Slot[] = Array.from({ length: options.jobs }, (_, index) => ({
    index,
    worker: startWorker(workerOptions, index),
  }))
  const idle = [...slots]
  const waiting: ((slot: Slot) => void)[] = []
  let isClosed = false

  const replace = (slot: Slot) => {
    if (slot.worker.isGone && !isClosed) slot.worker = startWorker(workerOptions, slot.index)
  }
  const take = () =>
    new Promise<Slot>((given) => {
      const slot = idle.shift()
      if (slot === undefined) waiting.push(given)
      else given(slot)
    })
  const giveBack = (slot: Slot) => {
    replace(slot) // at once, so that it has loaded by the time the next trial comes
    const next = waiting.shift()
    if (next === undefined) idle.push(slot)
    else next(slot)
  }
  const close = async () => {
    isClosed = true
    await Promise.all(slots.map(({ worker }) => worker.end()))
  }

  const onAbort = () => void close()
  options.signal?.addEventListener('abort', onAbort)
  try {
    await Promise.all(slots.map(({ worker }) => worker.ready))
  } catch (error) {
    await close()
    throw error
  } finally {
    options.signal?.removeEventListener('abort', onAbort)
  }
  const runOnSlot = async (trial: LiveTrial<unknown>, part?: number): Promise<unknown> => {
    const slot = await take()
    try {
      replace(slot) // one that ended between two trials
      return await slot.worker.run(trial, part)
    } finally {
      giveBack(slot)
    }
  }
  // What comes back is checked by the study, as every objective's result is.
  const runWhole = async (_params: unknown, trial: LiveTrial<unknown>) => (await runOnSlot(trial)) as number
  const runPart: RunPort['runPart'] = (trial, part, signal) => runOnSlot({ ...trial, signal }, part)
  const limit = ({ leftMs, graceMs }: LeaseLeft) => {
    for (const { worker } of slots) worker.endBy(sharedNow() + leftMs + graceMs)
  }
  const { arrange } = options
  const extras = arrange === undefined ? {} : { arrange: (port: RunPort) => arrange({ ...port, runPart }) }
  return { jobs: options.jobs, run: Object.assign(runWhole, extras), limit, close }
}
