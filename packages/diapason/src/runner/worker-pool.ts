import { resolve } from 'node:path'
import type { Runner } from './runner.ts'
import { startWorker, type WorkerOptions, type WorkerProcess } from './worker-process.ts'

/** How a pool is opened. */
export interface WorkerPoolOptions extends WorkerOptions {
  /** Worker processes, at least 1. */
  readonly jobs: number
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
  return {
    jobs: options.jobs,
    async run(_params, trial) {
      const slot = await take()
      try {
        replace(slot) // one that ended between two trials
        // Checked by the study, as every objective's result is.
        return (await slot.worker.run(trial)) as number
      } finally {
        giveBack(slot)
      }
    },
    close,
  }
}
