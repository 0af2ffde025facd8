import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process as the kernel tells it. */
interface ProcessFacts {
  readonly pid: number
  readonly group: number
  /** Ended, but not collected by its parent yet. */
  readonly isZombie: boolean
}

/** Signals every process of a group; on Windows the program and what it started. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    // Windows has no SIGTERM: without /F only programs with a window hear of it.
    const force = signal === 'SIGKILL' ? ['/F'] : []
    spawnSync('taskkill', ['/PID', String(group), '/T', ...force], { stdio: 'ignore', windowsHide: true })
    return
  }
  try {
    process.kill(-group, signal)
  } catch {
    // Gone already.
  }
}

/** Does some process of the group still run? */
export function groupRuns(group: number): boolean {
  const members = membersOf(group)
  if (members !== undefined) return members.some(({ isZombie }) => !isZombie)
  if (process.platform === 'win32') return false
  try {
    process.kill(-group, 0)
    return true
  } catch {
    return false
  }
}

/** Memory that the processes of a group hold in all, what they share counted once; undefined where the platform does not tell. */
export function groupMemoryMb(group: number): number | undefined {
  return membersOf(group)?.reduce((sum, { pid }) => sum + memoryMb(pid), 0)
}

function memoryMb(pid: number): number {
  if (process.platform !== 'linux') {
    return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024 || 0
  }
  // Pss shares a page out among those who map it; Rss would count a forked data loader's copy of everything again.
  const kilobytes =
    /^Pss:\s+(\d+) kB/m.exec(readProc(pid, 'smaps_rollup') ?? '') ??
    /^VmRSS:\s+(\d+) kB/m.exec(readProc(pid, 'status') ?? '')
  return Number(kilobytes?.[1] ?? 0) / 1024
}

function membersOf(group: number): readonly ProcessFacts[] | undefined {
  if (process.platform === 'linux') return allProcesses().filter((each) => each.group === group)
  if (process.platform === 'win32') return undefined
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' })
  const rows = (stdout ?? '').split('\n').map((row) => row.trim().split(/\s+/))
  return rows
    .map(([pid, pgid, stat = '']) => ({ pid: Number(pid), group: Number(pgid), isZombie: stat.startsWith('Z') }))
    .filter((each) => each.group === group)
}

function allProcesses(): readonly ProcessFacts[] {
  return processIds().flatMap((pid) => {
    const stat = readProc(pid, 'stat')
    // The name stands in parentheses and may hold anything: count from the last one.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields === undefined) return []
    const [state, , group] = fields
    return [{ pid, group: Number(group), isZombie: state === 'Z' || state === 'X' }]
  })
}

function processIds(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return undefined // it ended, or is not ours
  }
}

/**
 * Kills what has left its group (daemons do) but still carries the mark in its environment. Linux only: elsewhere the
 * environment of a process cannot be read.
 * @param mark `NAME=value`, unique to a trial
 */
export function killMarked(mark: string): void {
  if (process.platform !== 'linux') return
  for (const pid of processIds()) {
    if (pid === process.pid || !(readProc(pid, 'environ') ?? '').split('\0').includes(mark)) continue
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
}

/** How many processes the kernel has killed for want of memory since the machine started; undefined where it does not tell. */
export function outOfMemoryKills(): number | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1]
    return count === undefined ? undefined : Number(count)
  } catch {
    return undefined
  }
}
