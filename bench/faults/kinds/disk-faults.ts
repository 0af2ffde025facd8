import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, FaultKind, Scene } from '../campaign.ts'
import { type Attempt, monotonicNow } from '../truth.ts'
import { crewOn, hostsOf, postgresStage } from './postgres-stage.ts'
import { trainingsOf, workerAtWork } from './worker-faults.ts'

/** For how long a disk is full, in milliseconds. */
const FULL_MS = { least: 1000, most: 6000 }

/** A disk of its own in memory, which can be filled to the last byte. */
interface SmallDisk {
  readonly folder: string
  fill(): void
  free(): void
  dispose(): void
}

function mountDisk(folder: string, size: string): SmallDisk {
  mkdirSync(folder, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0777`, 'none', folder])
  const filler = path.join(folder, 'filler')
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a')
      // Whole pages, then bytes, until not one more fits.
      for (const bytes of [2 ** 20, 4096, 1]) {
        try {
          while (writeSync(file, Buffer.alloc(bytes)) === bytes);
        } catch {
          // It is full.
        }
      }
      closeSync(file)
    },
    free: () => rmSync(filler, { force: true }),
    dispose() {
      execFileSync('umount', ['--lazy', folder])
      rmdirSync(folder)
    },
  }
}

async function fillFor(disk: SmallDisk, scene: Scene, words: string, hit: readonly Attempt[]): Promise<Fault> {
  const at = monotonicNow()
  const until = at + FULL_MS.least + (FULL_MS.most - FULL_MS.least) * scene.rng.next()
  while (monotonicNow() < until) {
    // What others give back is taken as well.
    disk.fill()
    await sleep(50)
  }
  disk.free()
  return { words, at, overAt: monotonicNow(), hit }
}

export const trialDiskFull: FaultKind = {
  name: 'disk-trials',
  what: 'disk of logs and checkpoints full, 1–6 s',
  async set(scene) {
    const disks = ['h1', 'h2'].map((name) => mountDisk(path.join(scene.folder, `${name}-command`), '2m'))
    const stage = await postgresStage(scene)
    return {
      ...stage,
      async inject() {
        const worker = await workerAtWork(stage, scene, ({ slot: { cwd } }) =>
          disks.some(({ folder }) => folder === cwd),
        )
        const disk = disks.find(({ folder }) => folder === worker.slot.cwd)
        if (disk === undefined) throw new Error('there is no such disk')
        return fillFor(disk, scene, `${path.basename(disk.folder)}: disk full`, trainingsOf(worker, scene))
      },
      note(trials) {
        const told = trials.filter((trial) => trial.state === 'failed' && /ENOSPC|disk/.test(trial.reason))
        return `${told.length} trials failed for the full disk`
      },
      async [Symbol.asyncDispose]() {
        await stage[Symbol.asyncDispose]()
        for (const disk of disks) disk.dispose()
      },
    }
  },
}

export const sqliteDiskFull: FaultKind = {
  name: 'disk-sqlite',
  what: 'disk of a SQLite database full, 1–6 s',
  async set(scene) {
    const machines = hostsOf()
    const disk = mountDisk(path.join(scene.folder, 'database'), '24m')
    const url = `sqlite:${path.join(disk.folder, 'tuning.db')}`
    const [host] = machines.hosts
    const stage = crewOn(host === undefined ? [] : [host, host], url, scene)
    return {
      ...stage,
      url,
      inject() {
        return fillFor(disk, scene, 'the disk of the database is full', scene.running())
      },
      async [Symbol.asyncDispose]() {
        machines[Symbol.dispose]()
        disk.dispose()
      },
    }
  },
}

export const postgresDiskFull: FaultKind = {
  name: 'disk-postgres',
  what: 'disk of PostgreSQL full, 1–6 s',
  async set(scene) {
    const disk = mountDisk(path.join(scene.folder, 'server'), '160m')
    const settings = { max_wal_size: '48MB', min_wal_size: '32MB' }
    const stage = await postgresStage(scene, { serverFolder: disk.folder, settings })
    return {
      ...stage,
      async inject() {
        const fault = await fillFor(disk, scene, 'the disk of PostgreSQL is full', scene.running())
        // A server that could not write its log has given up.
        if (stage.server.hasEnded) await stage.server.start()
        return fault
      },
      async [Symbol.asyncDispose]() {
        await stage[Symbol.asyncDispose]()
        disk.dispose()
      },
    }
  },
}
