// Many workers in one process: each is a study of its own on the same storage, as `diapason worker` is, only its trainings do
// nothing but wait. Usage: workers.ts URL COUNT SECONDS CONNECTIONS; prints what it measured as one line of JSON.
import { setTimeout as sleep } from 'node:timers/promises'
import { createStudy, float, noPruner, openStorage, randomSampler, type Storage } from 'diapason'
import { openPostgres } from '../../packages/diapason/src/storage/postgres.ts'
import { LOAD, type Measured } from './load-shape.ts'

const [url = '', count = '1', seconds = '60', connections = '1'] = process.argv.slice(2)
const claims: number[] = []
const asks: number[] = []
const reports: number[] = []
let finished = 0

const timed =
  <Args extends readonly unknown[], T>(step: (...args: Args) => Promise<T>, times: number[]) =>
  async (...args: Args): Promise<T> => {
    const began = performance.now()
    try {
      return await step(...args)
    } finally {
      times.push(performance.now() - began)
    }
  }

const open = () => (url.startsWith('http') ? openStorage(url) : openPostgres(url, { connections: Number(connections) }))

async function work(): Promise<void> {
  await sleep(1000 * LOAD.trialS * Math.random())
  const opened = await open()
  const storage: Storage = {
    ...opened,
    createTrial: timed(opened.createTrial, claims),
    claimWaiting: timed(opened.claimWaiting, claims),
    report: timed(opened.report, reports),
  }
  const study = await createStudy({
    name: 'load',
    goals: { loss: 'minimize' },
    space: { x0: float(-5, 5), x1: float(-5, 5), x2: float(-5, 5), x3: float(-5, 5), x4: float(-5, 5) },
    sampler: randomSampler(),
    pruner: noPruner(),
    storage,
    ifExists: 'resume',
  })
  let freeSince = performance.now()
  study.on('start', () => asks.push(performance.now() - freeSince))
  study.on('finish', () => {
    finished++
    freeSince = performance.now()
  })
  await study.optimize(
    async ({ x0 }, trial) => {
      for (let step = 1; step <= LOAD.reports; step++) {
        await sleep(1000 * LOAD.reportEveryS * (0.95 + 0.1 * Math.random()), undefined, { signal: trial.signal })
        await trial.report(step, x0 ** 2)
      }
      await sleep(1000 * (LOAD.trialS - LOAD.reports * LOAD.reportEveryS), undefined, { signal: trial.signal })
      return x0 ** 2
    },
    { time: Number(seconds) * 1000 },
  )
  await opened.close()
}

await Promise.all(Array.from({ length: Number(count) }, work))
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ claims, asks, reports, finished, cpuS: (user + system) / 1e6 } satisfies Measured))
process.exit()
