// One of several processes on one database; it may be killed at any moment. What the storage acknowledged is written to
// a log of its own, which is the truth that the database is judged by afterwards.
// Usage: fault-worker.ts URL LOG_FILE create | claim | work
import { openSync, writeSync } from 'node:fs'
import type { Distribution } from '../../packages/diapason/src/space/distribution.ts'
import { openStorage } from '../../packages/diapason/src/storage/open-storage.ts'
import type { Storage } from '../../packages/diapason/src/storage/storage.ts'
import type { Acknowledged } from './acknowledged.ts'

const [url = '', logFile = '', mode = 'work'] = process.argv.slice(2)
const log = openSync(logFile, 'a')
// A kill in the middle of a write leaves half a line: nothing shall be joined to it.
writeSync(log, '\n')
// Written by the kernel before this returns, so that it outlives the process; only the machine's own end could lose it.
const acknowledged = (entry: Acknowledged) => writeSync(log, `${JSON.stringify(entry)}\n`)

const names = Array.from({ length: 10 }, (_, i) => `layers.${i}.units`)
const units: Distribution = { kind: 'int', low: 0, high: 1_000_000, log: false, step: 1 }
const distributions = Object.fromEntries(names.map((name) => [name, units]))

const storage = await openStorage(url)
if (mode === 'create') await storage.createStudy(logFile, ['minimize'])
let stopping = false
process.once('SIGTERM', () => {
  stopping = true
})

const study = await storage.findStudy('faults')
if (study !== undefined && mode === 'claim') await claimAll(storage, study.id)
if (study !== undefined && mode === 'work') await work(storage, study.id)
await storage.close()

async function claimAll(from: Storage, studyId: number): Promise<void> {
  for (;;) {
    const trial = await from.claimWaiting(studyId)
    if (trial === undefined) return
    acknowledged({ step: 'start', id: trial.id, number: trial.number })
    // Lets the other processes have a turn, as an objective would.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

async function work(on: Storage, studyId: number): Promise<void> {
  let cursor: unknown
  for (let round = 0; !stopping; round++) {
    const trial = (await on.claimWaiting(studyId)) ?? (await on.createTrial(studyId, { state: 'running' }))
    if (trial === undefined) throw new Error('a study without a limit took no trial')
    const { id, number } = trial
    acknowledged({ step: 'start', id, number })
    const seed = (process.pid * 7919 + round) % 1_000_000
    await on.setParams(id, Object.fromEntries(names.map((name) => [name, seed])), distributions)
    acknowledged({ step: 'params', id, value: seed })
    await on.heartbeat(id)
    for (let epoch = 1; epoch <= 3; epoch++) {
      await on.report(id, epoch, seed / epoch)
      acknowledged({ step: 'report', id, epoch, value: seed / epoch })
    }
    const value = seed / 3
    if (!(await on.finish(id, { state: 'complete', values: [value] })))
      throw new Error(`trial ${id} was ended by another`)
    acknowledged({ step: 'finish', id, value })
    if (round % 4 === 0) {
      const queued = await on.createTrial(studyId, { state: 'waiting', systemAttrs: { fixed_params: { seed } } })
      acknowledged({ step: 'queue', id: queued?.id ?? Number.NaN, number: queued?.number ?? Number.NaN })
    }
    cursor = (await on.readTrials(studyId, cursor)).cursor
    // SQLite answers at once, so that nothing above lets the event loop turn: without this SIGTERM would never arrive.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
