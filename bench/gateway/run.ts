// Latency of claims under a fleet's load: 15 s trials that report every 2 s and give a sign of life every 4 s, on PostgreSQL.
// node --conditions=@diapason/source bench/gateway/run.ts direct|gateway WORKERS [SECONDS]
import { spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStorage } from 'diapason'
import { startPostgres } from '../../test/postgres/server.ts'

const [way = 'gateway', count = '500', length = '60'] = process.argv.slice(2)
const workers = Number(count)
const TRIAL_S = 15
const server = await startPostgres({ max_connections: '600', shared_buffers: '256MB' })
const database = await server.createDatabase()
const own = await openStorage(database)
const study = await own.createStudy('load', ['minimize'])
const trials = Math.ceil((workers * (Number(length) + 2 * TRIAL_S)) / TRIAL_S)
for (let i = 0; i < trials; i++) await own.createTrial(study.id, { state: 'waiting' })

const program = path.join(import.meta.dirname, '../../packages/diapason/src/cli/main.ts')
const words = [
  '--conditions=@diapason/source',
  program,
  'serve',
  '--storage',
  database,
  '--port',
  '0',
  '--token',
  'load',
]
const gateway = way === 'gateway' ? spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] }) : undefined
let address = database
for await (const chunk of gateway?.stdout ?? []) {
  const found = /http:\/\/\S+/.exec(String(chunk))
  if (found === null) continue
  address = found[0].replace('//', '//load:load@')
  break
}

const claims: number[] = []
let steps = 0
let finished = 0
const began = performance.now()
const over = () => performance.now() - began > Number(length) * 1000
async function work(): Promise<void> {
  const storage = await openStorage(address)
  await sleep(TRIAL_S * 1000 * Math.random())
  while (!over()) {
    const asked = performance.now()
    const trial = await storage.claimWaiting(study.id, { heartbeat: true })
    claims.push(performance.now() - asked)
    if (trial === undefined) throw new Error('too few trials are queued')
    for (let second = 1; second < TRIAL_S && !over(); second++) {
      await sleep(1000 * (0.9 + 0.2 * Math.random()))
      if (second % 2 === 0) await storage.report(trial.id, second, Math.random())
      if (second % 4 === 0) await storage.heartbeat(trial.id)
      steps += (second % 2 === 0 ? 1 : 0) + (second % 4 === 0 ? 1 : 0)
    }
    await storage.finish(trial.id, { state: 'complete', values: [1] })
    steps += 2
    finished++
  }
  await storage.close()
}
await Promise.all(Array.from({ length: workers }, work))
const seconds = (performance.now() - began) / 1000
claims.sort((a, b) => a - b)
const at = (share: number) => (claims[Math.floor(share * (claims.length - 1))] ?? Number.NaN).toFixed(1)
console.log(
  `${way}, ${workers} workers, ${seconds.toFixed(0)} s: ${claims.length} claims, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; ${finished} trials ended, ${(steps / seconds).toFixed(0)} steps a second`,
)
gateway?.kill('SIGTERM')
await own.close()
await server.dispose()
