import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultKind, Scene } from '../campaign.ts'
import { monotonicNow } from '../truth.ts'
import { hostAtWork } from './network-faults.ts'
import { postgresStage } from './postgres-stage.ts'

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
/** Where a clock may stand, in seconds beside the true time. */
const OFFSETS = [60, -60, 0]

/** A wall clock that can be set while programs run by it. Clocks that only count stay true. */
interface Clock {
  readonly env: NodeJS.ProcessEnv
  set(offsetS: number): void
}

function makeClock(scene: Scene, name: string): Clock {
  if (!existsSync(LIBRARY)) throw new Error('there is no libfaketime here: apt-get install libfaketime')
  const file = path.join(scene.folder, `${name}.clock`)
  const set = (offsetS: number) => writeFileSync(file, `${offsetS < 0 ? '' : '+'}${offsetS}\n`, { mode: 0o644 })
  set(0)
  return {
    env: {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DISABLE_SHM: '1',
      FAKETIME_NO_CACHE: '1',
    },
    set,
  }
}

export const workerClock: FaultKind = {
  name: 'clock-worker',
  what: 'clock of a host jumps by 60 or 120 s',
  setsWorkerClocks: true,
  async set(scene) {
    const clocks = new Map(['h1', 'h2'].map((name) => [name, makeClock(scene, name)]))
    const clockOf = (index: number) => [...clocks.values()][Math.floor(index / 2)]
    const stage = await postgresStage(scene, {
      slotOf: (slot, i) => ({ ...slot, env: { ...slot.env, ...clockOf(i)?.env } }),
    })
    return {
      ...stage,
      async inject() {
        const host = await hostAtWork(stage, scene)
        const hit = scene.running().filter((attempt) => attempt.host === host.name)
        const offset = OFFSETS[scene.rng.int(OFFSETS.length)] ?? 0
        const at = monotonicNow()
        clocks.get(host.name)?.set(offset)
        return { words: `the clock of ${host.name} says ${offset} s`, at, hit }
      },
    }
  },
}

export const databaseClock: FaultKind = {
  name: 'clock-database',
  what: 'clock of the database jumps by 60 or 120 s',
  async set(scene) {
    const clock = makeClock(scene, 'database')
    const stage = await postgresStage(scene, { serverEnv: clock.env })
    let stands = 0
    return {
      ...stage,
      async inject() {
        const hit = scene.running()
        const others = OFFSETS.filter((offset) => offset !== stands)
        stands = others[scene.rng.int(others.length)] ?? 0
        const at = monotonicNow()
        clock.set(stands)
        await sleep(1000)
        return { words: `the clock of the database says ${stands} s`, at, hit }
      },
    }
  },
}
