import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** The variable by which trainings in processes of their own are known as this worker's. */
export const WORKER_NAME_VARIABLE = 'DIAPASON_WORKER_NAME'

/** The machine's own process namespace on Linux, whose number is fixed in the kernel. */
const OWN_NAMESPACE = 'pid:[4026531836]'

/** What a process calls itself in the trials it runs: `host:4711`, in a container `host/4026532345:7`. */
export function workerName(): string {
  return `${hostname()}${namespaceOfContainer()}:${process.pid}`
}

/** Containers may bear one host name and cannot see each other's processes, which they must not take for ended. */
function namespaceOfContainer(): string {
  if (process.platform !== 'linux') return ''
  try {
    const namespace = readlinkSync('/proc/self/ns/pid')
    return namespace === OWN_NAMESPACE ? '' : `/${namespace.replaceAll(/\D/g, '')}`
  } catch {
    return '' // no /proc
  }
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
