import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultKind, Scene, Stage } from '../campaign.ts'
import type { ProcessCrew } from '../crew.ts'
import type { Worker } from '../fleet.ts'
import { monotonicNow } from '../truth.ts'
import { crewOn, hostsOf, postgresStage } from './postgres-stage.ts'

/** A worker that trains something now. */
export async function workerAtWork(
  { crew }: { readonly crew: ProcessCrew },
  scene: Scene,
  isMeant: (worker: Worker) => boolean = () => true,
): Promise<Worker> {
  for (;;) {
    crew.tend()
    const busy = new Set(scene.running().map(({ worker }) => worker))
    const candidates = crew.workers.filter((worker) => isMeant(worker) && busy.has(worker.process.pid ?? Number.NaN))
    const chosen = candidates[scene.rng.int(Math.max(1, candidates.length))]
    if (chosen !== undefined) return chosen
    await sleep(100)
  }
}

export const trainingsOf = (worker: Worker, scene: Scene) =>
  scene.running().filter((attempt) => attempt.worker === worker.process.pid)

const nameOf = ({ slot: { objective }, process: { pid } }: Worker) => `worker ${pid} (${objective})`

async function killWorker(stage: { readonly crew: ProcessCrew }, scene: Scene) {
  const victim = await workerAtWork(stage, scene)
  const hit = trainingsOf(victim, scene)
  victim.isExcused = true
  const at = monotonicNow()
  const ended = once(victim.process, 'close')
  victim.process.kill('SIGKILL')
  await ended
  stage.crew.replace(victim)
  return { words: `${nameOf(victim)} killed`, at, hit }
}

export const workerKilled: FaultKind = {
  name: 'worker-kill',
  what: 'worker `SIGKILL`, PostgreSQL',
  async set(scene) {
    const stage = await postgresStage(scene)
    return { ...stage, inject: () => killWorker(stage, scene) }
  },
}

/** Workers of one machine see that a process of the same machine has gone, and do not wait for its lease. */
export const workerKilledOnSqlite: FaultKind = {
  name: 'worker-kill-sqlite',
  what: 'worker `SIGKILL`, SQLite',
  async set(scene): Promise<Stage> {
    const machines = hostsOf()
    const url = `sqlite:${path.join(scene.folder, 'tuning.db')}`
    const [host] = machines.hosts
    const stage = crewOn(host === undefined ? [] : [host, host], url, scene)
    return {
      ...stage,
      url,
      inject: () => killWorker(stage, scene),
      async [Symbol.asyncDispose]() {
        machines[Symbol.dispose]()
      },
    }
  },
}

/** The pause of the worker alone, in milliseconds: twice the lease. */
const PAUSE_MS = 12_000

export const workerSuspended: FaultKind = {
  name: 'worker-stop',
  what: 'worker `SIGSTOP`, 12 s, its trainings not',
  async set(scene) {
    const stage = await postgresStage(scene)
    return {
      ...stage,
      async inject() {
        const victim = await workerAtWork(stage, scene)
        const hit = trainingsOf(victim, scene)
        const at = monotonicNow()
        victim.process.kill('SIGSTOP')
        await sleep(PAUSE_MS)
        victim.process.kill('SIGCONT')
        return { words: `${nameOf(victim)} suspended`, at, overAt: monotonicNow(), hit }
      },
    }
  },
}

export const trainingKilled: FaultKind = {
  name: 'training-kill',
  what: 'training `SIGKILL`',
  async set(scene) {
    const stage = await postgresStage(scene)
    return {
      ...stage,
      async inject() {
        const running = scene.running()
        const victim = running[scene.rng.int(running.length)]
        if (victim === undefined) throw new Error('no training runs')
        const at = monotonicNow()
        process.kill(victim.pid, 'SIGKILL')
        return { words: `training ${victim.trial} killed`, at, hit: [victim] }
      },
      note(trials) {
        const killed = trials.filter((trial) => trial.state === 'failed' && /was killed/.test(trial.reason))
        return `${killed.length} trials failed for having been killed`
      },
    }
  },
}
