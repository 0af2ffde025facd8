import { appendFileSync, existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicNow, type TruthEntry } from './truth.ts'

/** Steps of one training, and how long each takes in milliseconds. */
export const EPOCHS = 5
const EPOCH_MS = 400
const TICKS = 8

/** What a training comes to: known beforehand, so that a wrong value is seen. */
export const valueAt = (x: number, epoch: number) => x / epoch

/** Where a training tells its values, and what it is like. */
export interface TrainingTerms {
  /** Settles once the value is stored, or printed, which says nothing of that. */
  readonly report: (epoch: number, value: number) => Promise<'stored' | 'printed'>
  /** Told to end by SIGTERM it goes on until it is killed. */
  readonly isDeaf: boolean
}

/**
 * A training that keeps a log of its own, in the file TRUTH: the truth that the database is judged by afterwards. It starts to eat memory
 * when a file named like its process appears in the folder HOGS.
 */
export async function train(trial: number, x: number, { report, isDeaf }: TrainingTerms): Promise<number> {
  const log = (what: TruthEntry['what'], epoch?: number) => {
    const entry: TruthEntry = { what, trial, x, at: monotonicNow(), ...own, ...(epoch === undefined ? {} : { epoch }) }
    appendFileSync(process.env.TRUTH ?? '', `${JSON.stringify(entry)}\n`)
  }
  const own = { pid: process.pid, worker: process.ppid, host: process.env.SLURMD_NODENAME ?? hostname() }
  if (isDeaf) process.on('SIGTERM', () => void setInterval(() => log('tick'), EPOCH_MS / TICKS))
  log('start')
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    for (let tick = 0; tick < TICKS; tick++) {
      await sleep(EPOCH_MS / TICKS)
      log('tick')
      if (existsSync(`${process.env.HOGS}/${process.pid}`)) eatMemory()
    }
    if ((await report(epoch, valueAt(x, epoch))) === 'stored') log('reported', epoch)
  }
  log('end')
  return valueAt(x, EPOCHS)
}

function eatMemory(): never {
  const eaten: Buffer[] = []
  for (;;) eaten.push(Buffer.alloc(2 ** 24, 1))
}
