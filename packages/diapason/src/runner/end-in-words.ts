/** How many of a worker's last lines on stderr are kept. */
export const TAIL_LINES = 40

/** How a worker process ended. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Its last lines on stderr, without empty ones. */
  readonly tail: readonly string[]
  readonly heapMb: number | undefined
}

// V8 writes this line before it aborts; the dump of its own stack that follows says nothing to a user.
const OUT_OF_HEAP = /JavaScript heap out of memory|Reached heap limit|invalid array buffer length/i

/** Why a worker is gone, in one line: exit code or signal, memory, its last words. */
export function endInWords({ code, signal, tail, heapMb }: ProcessEnd): string {
  const how = signal !== null ? `signal ${signal}` : code === null ? 'it could not be started' : `exit code ${code}`
  if (code !== 0 && tail.some((line) => OUT_OF_HEAP.test(line))) {
    const limit = heapMb === undefined ? '' : ` of ${heapMb} MB`
    return `the worker process ran out of its JavaScript heap${limit} (${how})`
  }
  if (signal === 'SIGKILL') {
    return `the worker process was killed (${how}), perhaps because the machine ran out of memory`
  }
  const words = lastWords(tail)
  return `the worker process ended before the trial did (${how})${words === '' ? '' : `: ${words}`}`
}

/** The line that names an uncaught error where there is one, else the last two lines. */
export function lastWords(tail: readonly string[]): string {
  const said = tail
    .filter((line) => !/^\s+at |^Node\.js v|^\s*\^+\s*$|^\s*\d+: 0x/.test(line))
    .map((line) => line.trim())
  const named = said.findLast((line) => /^(Uncaught )?[\w.]*(Error|Exception)\b.*: /.test(line))
  return named ?? said.slice(-2).join(' / ')
}
