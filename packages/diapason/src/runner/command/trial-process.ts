import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Guardian } from './guardian.ts'
import { groupMemoryMb, groupRuns, killMarked, outOfMemoryKills, signalGroup } from './process-group.ts'

/** How a program is started. */
export interface TrialProcessOptions {
  /** Words run as they are, or one text for the shell. */
  readonly command: readonly [program: string, ...args: string[]] | string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** `NAME=value` in `env`, unique to the trial: what leaves its process group is found by it. */
  readonly mark: string
  readonly memoryMb: number | undefined
  readonly guardian: Guardian
}

/** How a program ended. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why it could not be started. */
  readonly startError: Error | undefined
  /** What it held, in MB, when it was ended for more than it may. */
  readonly tookMb: number | undefined
  /** The kernel killed some process for want of memory meanwhile. */
  readonly kernelRanOut: boolean
}

/** A program in a process group of its own, on file descriptor 3 a pipe for results. */
export interface TrialProcess {
  readonly child: ChildProcess
  /** Settles when neither the program nor anything that it started runs. */
  readonly ended: Promise<ProcessEnd>
  /** SIGTERM to the whole group, SIGKILL after `graceMs`, in milliseconds. */
  stop(graceMs: number): void
}

const MEMORY_CHECK_MS = 250
const GROUP_CHECK_MS = 50

/** Starts a program. Never throws: what goes wrong is told by `ended`. */
export function startTrialProcess(options: TrialProcessOptions): TrialProcess {
  const { guardian } = options
  const killsBefore = outOfMemoryKills()
  const child = spawnCommand(options)
  const group = child.pid
  let killAt: number | undefined
  let killing: NodeJS.Timeout | undefined
  let tookMb: number | undefined

  const stop = (graceMs: number) => {
    if (group === undefined || killAt !== undefined) return
    killAt = performance.now() + graceMs
    signalGroup(group, 'SIGTERM')
    // Something stopped (SIGSTOP) hears of SIGTERM only once it goes on.
    signalGroup(group, 'SIGCONT')
    killing = setTimeout(() => signalGroup(group, 'SIGKILL'), graceMs)
  }
  const overLimit = (usedMb: number) => {
    tookMb = usedMb
    if (group !== undefined) signalGroup(group, 'SIGKILL')
  }
  const unwatch = watchMemory(group, options.memoryMb, overLimit)
  if (group !== undefined) guardian.watch(group)

  const ended = whenEnded(child).then(async (end) => {
    unwatch()
    if (group !== undefined) {
      // A shell is gone at once on SIGTERM; what it started may use its grace to write a checkpoint.
      while (killAt !== undefined && performance.now() < killAt && groupRuns(group)) await sleep(GROUP_CHECK_MS)
      signalGroup(group, 'SIGKILL')
      killMarked(options.mark)
      guardian.forget(group)
    }
    clearTimeout(killing)
    const kills = outOfMemoryKills()
    return { ...end, tookMb, kernelRanOut: kills !== undefined && killsBefore !== undefined && kills > killsBefore }
  })
  return { child, ended, stop }
}

function spawnCommand({ command, cwd, env }: TrialProcessOptions): ChildProcess {
  const [program, ...args] = typeof command === 'string' ? [command] : command
  return spawn(program, args, {
    cwd,
    env,
    shell: typeof command === 'string',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C at the terminal is ours to handle, and what it starts ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
}

function whenEnded(child: ChildProcess): Promise<Pick<ProcessEnd, 'code' | 'signal' | 'startError'>> {
  return new Promise((resolve) => {
    child.once('error', (startError) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, startError })
    })
    child.once('exit', (code, signal) => resolve({ code, signal, startError: undefined }))
  })
}

function watchMemory(
  group: number | undefined,
  limitMb: number | undefined,
  onOver: (usedMb: number) => void,
): () => void {
  if (group === undefined || limitMb === undefined) return () => {}
  const timer = setInterval(() => {
    const usedMb = groupMemoryMb(group)
    if (usedMb === undefined || usedMb <= limitMb) return
    clearInterval(timer)
    onOver(usedMb)
  }, MEMORY_CHECK_MS)
  return () => clearInterval(timer)
}
