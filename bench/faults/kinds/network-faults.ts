import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultKind, Scene } from '../campaign.ts'
import { LEASE_MS } from '../fleet.ts'
import type { Host } from '../hosts.ts'
import { monotonicNow } from '../truth.ts'
import { type HostsStage, postgresStage } from './postgres-stage.ts'

/** How long a host is cut off, in leases: shorter than one and longer. */
const CUT = { least: 0.1, most: 2.2 }

/** A machine on which something is trained now. */
export async function hostAtWork({ hosts, crew }: HostsStage, scene: Scene): Promise<Host> {
  for (;;) {
    crew.tend()
    const busy = new Set(scene.running().map(({ host }) => host))
    const candidates = hosts.filter(({ name }) => busy.has(name))
    const chosen = candidates[scene.rng.int(Math.max(1, candidates.length))]
    if (chosen !== undefined) return chosen
    await sleep(100)
  }
}

export const hostCutOff: FaultKind = {
  name: 'host-cut',
  what: 'host cut off, 0.6–13 s, and healed',
  async set(scene) {
    const stage = await postgresStage(scene)
    return {
      ...stage,
      async inject() {
        const host = await hostAtWork(stage, scene)
        const hit = scene.running().filter((attempt) => attempt.host === host.name)
        const at = monotonicNow()
        host.cut()
        await sleep(LEASE_MS * (CUT.least + (CUT.most - CUT.least) * scene.rng.next()))
        host.heal()
        return { words: `${host.name} cut off`, at, overAt: monotonicNow(), hit }
      },
    }
  },
}

export const hostLost: FaultKind = {
  name: 'host-lost',
  what: 'host lost: all its processes `SIGKILL`',
  async set(scene) {
    const stage = await postgresStage(scene)
    return {
      ...stage,
      async inject() {
        const host = await hostAtWork(stage, scene)
        const hit = scene.running().filter((attempt) => attempt.host === host.name)
        const there = new Set(host.processes())
        const lost = stage.crew.workers.filter(({ process: { pid } }) => pid !== undefined && there.has(pid))
        for (const worker of lost) worker.isExcused = true
        const ended = lost.filter((worker) => !worker.hasEnded).map((worker) => once(worker.process, 'close'))
        const at = monotonicNow()
        for (const pid of there) killIfThere(pid)
        await Promise.all(ended)
        stage.crew.tend()
        return { words: `${host.name} lost`, at, hit }
      },
    }
  },
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
