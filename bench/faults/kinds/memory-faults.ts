import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultKind } from '../campaign.ts'
import { monotonicNow } from '../truth.ts'
import { postgresStage } from './postgres-stage.ts'

/** What a worker and its trainings may hold together; without a hog they hold less than half of it. */
const LIMIT_MB = 700

/** A control group with a limit of memory: what stands before a command that is to run in it. */
interface MemoryGroup extends Disposable {
  readonly prefix: readonly string[]
}

const OLD = '/sys/fs/cgroup/memory'

function makeMemoryGroup(name: string): MemoryGroup {
  const isOld = existsSync(`${OLD}/memory.limit_in_bytes`)
  const group = path.join(isOld ? OLD : '/sys/fs/cgroup', name)
  if (!existsSync(group)) mkdirSync(group)
  writeFileSync(path.join(group, isOld ? 'memory.limit_in_bytes' : 'memory.max'), String(LIMIT_MB * 2 ** 20))
  const members = path.join(group, 'cgroup.procs')
  return {
    prefix: ['sh', '-c', `echo $$ >${members} && exec "$@"`, 'sh'],
    [Symbol.dispose]() {
      for (const pid of readFileSync(members, 'utf8').trim().split('\n').filter(Boolean)) {
        process.kill(Number(pid), 'SIGKILL')
      }
      try {
        rmdirSync(group)
      } catch {
        // What was killed is still ending; an empty group costs nothing.
      }
    },
  }
}

const isMet = (reason: string) =>
  /ran out of memory: the kernel killed it|killed .*perhaps because the machine ran out of memory/.test(reason)

export const outOfMemory: FaultKind = {
  name: 'out-of-memory',
  what: `training out of memory (kernel, control group of ${LIMIT_MB} MB with its worker)`,
  async set(scene) {
    const groups = Array.from({ length: 4 }, (_, i) => makeMemoryGroup(`diapason-faults-${i}`))
    const slotOf = (slot: { readonly prefix: readonly string[] }, i: number) => [
      ...slot.prefix,
      ...(groups[i]?.prefix ?? []),
    ]
    const stage = await postgresStage(scene, { slotOf: (slot, i) => ({ ...slot, prefix: slotOf(slot, i) }) })
    const hogs: number[] = []
    return {
      ...stage,
      async inject() {
        const running = scene.running()
        const victim = running[scene.rng.int(running.length)]
        if (victim === undefined) throw new Error('no training runs')
        const hog = path.join(scene.folder, 'hogs', String(victim.pid))
        const at = monotonicNow()
        writeFileSync(hog, '')
        for (let i = 0; i < 100 && isThere(victim.pid); i++) await sleep(100)
        rmSync(hog)
        hogs.push(victim.trial)
        return { words: `training ${victim.trial} ate memory`, at, hit: [victim] }
      },
      note(trials) {
        const told = hogs.filter((number) => {
          const trial = trials[number]
          return trial?.state === 'failed' && isMet(trial.reason)
        })
        return `${told.length} of ${hogs.length} trials failed saying that memory ran out`
      },
      async [Symbol.asyncDispose]() {
        await stage[Symbol.asyncDispose]()
        for (const group of groups) group[Symbol.dispose]()
      },
    }
  },
}

function isThere(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
