import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The variable that every process of a campaign has in its environment. */
export const MARK = 'DIAPASON_CAMPAIGN'
export type Marked = `${typeof MARK}=${string}`

/**
 * Waits until no process with this mark runs any more, for `waitMs` at the longest, and kills what is left then.
 * @param spared processes that may go on
 * @returns what had to be killed, in words
 */
export async function endMarked(
  mark: Marked,
  waitMs: number,
  spared: readonly number[] = [],
): Promise<readonly string[]> {
  const left = () => markedProcesses(mark).filter((pid) => !spared.includes(pid))
  for (const until = Date.now() + waitMs; Date.now() < until && left().length > 0; ) await sleep(200)
  return left().map((pid) => {
    const words = read(pid, 'cmdline').replaceAll('\0', ' ').trim()
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
    return `${pid} ${words}`
  })
}

/** Running processes with this mark. */
export function markedProcesses(mark: Marked): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  return pids.map(Number).filter((pid) => read(pid, 'environ').split('\0').includes(mark) && !isZombie(pid))
}

const isZombie = (pid: number) => /\) [ZX] /.test(read(pid, 'stat'))

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
