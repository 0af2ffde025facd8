import type { ChildProcess } from 'node:child_process'
import type { Writable } from 'node:stream'

/** The descriptor through which a worker hears until when its trial may go on. */
export const DEADLINE_FD = 4

/** Milliseconds on a clock that only counts and that all processes of this machine read alike. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}

/** Tells a worker when its trial must be over, by {@link sharedNow}; `undefined`: it runs none. */
export function tellDeadline(child: ChildProcess, deadline: number | undefined): void {
  const pipe = child.stdio[DEADLINE_FD] as Writable | null | undefined
  if (pipe?.writable) pipe.write(`${deadline === undefined ? 'none' : Math.round(deadline)}\n`)
}

/**
 * What a thread of a worker runs, as its objective may block the process: kills the worker's process group once its parent
 * has ended, or the deadline of its trial has passed because the parent is suspended and tells no later one.
 */
export function watchScript(parent: number, group: number, everyMs: number): string {
  return `
    const { Socket } = require('node:net')
    let deadline = Infinity
    let rest = ''
    try {
      new Socket({ fd: ${DEADLINE_FD}, writable: false }).on('error', () => {}).on('data', (chunk) => {
        const lines = (rest + chunk).split('\\n')
        rest = lines.pop()
        if (lines.length > 0) deadline = lines.at(-1) === 'none' ? Infinity : Number(lines.at(-1))
      }).unref()
    } catch {} // started by hand
    setInterval(() => {
      let isOver = process.ppid !== ${parent} || Number(process.hrtime.bigint() / 1000000n) > deadline
      try { process.kill(${parent}, 0) } catch (error) { isOver ||= error.code === 'ESRCH' }
      if (isOver) process.kill(${group}, 'SIGKILL')
    }, ${everyMs})`
}
