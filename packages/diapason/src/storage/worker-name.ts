import { readdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** The variable by which trainings in processes of their own are known as this worker's. */
export const WORKER_NAME_VARIABLE = 'DIAPASON_WORKER_NAME'

/** What a process calls itself in the trials it runs: `host:4711`. */
export function workerName(): string {
  return `${hostname()}:${process.pid}`
}

/**
 * Whether a worker of this machine still has trainings that run: they may outlive it by the time they are given to end. False where
 * that cannot be seen: other systems than Linux, and processes of other users.
 */
export function hasTrainings(name: string): boolean {
  if (process.platform !== 'linux') return false
  const mark = `${WORKER_NAME_VARIABLE}=${name}`
  return readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(mark))
}

/** Empty for a process that has ended, collected or not. */
function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
  } catch {
    return []
  }
}
