import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, parse, resolve } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Checkpoint, CheckpointStore } from './storage.ts'

const FILE = /^(\d+)\.checkpoint$/

/**
 * The part of a shared folder that belongs to one study: `NAME-ID`. The id keeps what a deleted study of this name left from a new one.
 */
export function studyCheckpoints(folder: string, { name, id }: { readonly name: string; readonly id: number }): string {
  const word = name.replaceAll(/[^\w.-]+/g, '_').replace(/^\.+/, '_')
  return resolve(folder, `${word}-${id}`)
}

/** The folder beside a file that keeps studies: `tuning.checkpoints` for `tuning.db`. */
export function checkpointsBeside(file: string): string {
  const { dir, name } = parse(resolve(file))
  return join(dir, `${name}.checkpoints`)
}

/** Keeps checkpoints as files of a folder, which is made with the first; every process that finds the folder finds them. */
export function checkpointFolder(folder: string): CheckpointStore {
  const pathOf = (trial: number) => join(folder, `${trial}.checkpoint`)
  return {
    async save(trial, checkpoint) {
      await mkdir(folder, { recursive: true })
      const path = pathOf(trial)
      // Whole or not at all, whenever the process ends.
      const part = `${path}.${process.pid}.part`
      const file = await open(part, 'w')
      try {
        await file.writeFile(serialize(checkpoint))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(part, path)
    },
    async load(trial) {
      const bytes = await orNothing(readFile(pathOf(trial)))
      return bytes && (deserialize(bytes) as Checkpoint)
    },
    delete: (trial) => rm(pathOf(trial), { force: true }),
    async list() {
      const names = (await orNothing(readdir(folder))) ?? []
      const entries = names.map(async (name) => {
        const trial = FILE.exec(name)?.[1]
        const stats = trial === undefined ? undefined : await orNothing(stat(join(folder, name)))
        return stats === undefined ? [] : [{ trial: Number(trial), bytes: stats.size }]
      })
      return (await Promise.all(entries)).flat()
    },
  }
}

/** Undefined where there is no such file. */
async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
