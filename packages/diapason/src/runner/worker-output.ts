import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { TAIL_LINES } from './end-in-words.ts'
import type { OutputLine } from './runner.ts'

/** What a worker prints, line by line, each with the trial it belongs to. */
export interface WorkerOutput {
  /** Its last lines on stderr, without empty ones. */
  readonly tail: readonly string[]
  /** Lines belong to this trial from now on. */
  begin(trial: number): void
  /** Waits until all that the trial has printed is read. */
  end(): Promise<void>
}

// Results come through another channel than what was printed before them, and may overtake it.
const LONGEST_WAIT_MS = 200

/** What a worker prints on both streams when a trial has ended. */
export function endMark(trial: number): string {
  return `\u0001diapason: end of trial ${trial}\u0001`
}

/** Reads what a worker prints. */
export function readOutput(child: ChildProcess, onOutput: (line: OutputLine) => void): WorkerOutput {
  const tail: string[] = []
  let trial: number | undefined
  let missing = new Set<'stdout' | 'stderr'>()
  let onEnd = () => {}

  const take = (stream: 'stdout' | 'stderr', text: string) => {
    const mark = trial === undefined ? undefined : endMark(trial)
    const isEnd = mark !== undefined && text.endsWith(mark)
    const line = isEnd ? text.slice(0, -mark.length) : text
    if (!isEnd || line !== '') {
      if (stream === 'stderr' && line.trim() !== '') tail.push(line)
      if (tail.length > TAIL_LINES) tail.shift()
      onOutput({ trial, stream, line })
    }
    if (isEnd && missing.delete(stream) && missing.size === 0) onEnd()
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream]
    if (input !== null) createInterface({ input, crlfDelay: Infinity }).on('line', (line) => take(stream, line))
  }
  return {
    tail,
    begin(next) {
      trial = next
      missing = new Set(['stdout', 'stderr'])
    },
    async end() {
      if (missing.size > 0) {
        await new Promise<void>((resolve) => {
          // An objective may have closed or replaced its streams.
          const late = setTimeout(resolve, LONGEST_WAIT_MS)
          onEnd = () => {
            clearTimeout(late)
            resolve()
          }
        })
      }
      trial = undefined
    },
  }
}
