import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { linesOf } from './output-lines.ts'

/** Where a line came from: what was printed, or the pipe for results. */
export type OutputSource = 'stdout' | 'stderr' | 'results'

/** Who hears of a program's output. */
export interface OutputListener {
  /** What was printed, as it is. */
  onChunk(chunk: Buffer): void
  /** A line; the next one of its stream waits until this is settled, so that a program cannot print faster than it is heard. */
  onLine(line: string, source: OutputSource): Promise<void> | undefined
}

/** A program's output while it is read. */
export interface ProcessOutput {
  /** Settles when all streams have ended; rejects where a line could not be taken, from which on none is read any more. */
  readonly done: Promise<unknown>
  /** Reads what is left after the program's end. Streams that somebody else still holds open are cut once they are silent. */
  drain(): Promise<void>
}

const SILENCE_MS = 500

/** Reads stdout, stderr and the pipe for results of a program. */
export function readProcessOutput(child: ChildProcess, listener: OutputListener): ProcessOutput {
  const streams: readonly (readonly [Readable | null | undefined, OutputSource])[] = [
    [child.stdout, 'stdout'],
    [child.stderr, 'stderr'],
    [child.stdio[3] as Readable | null | undefined, 'results'],
  ]
  let busy = 0
  let heardAt = performance.now()
  const read = async (stream: Readable, source: OutputSource) => {
    const onChunk = (chunk: Buffer) => {
      heardAt = performance.now()
      if (source !== 'results') listener.onChunk(chunk)
    }
    for await (const lines of linesOf(stream, onChunk)) {
      for (const line of lines) {
        const taken = listener.onLine(line, source)
        if (taken === undefined) continue // most lines of a flood
        busy++
        await taken
        busy--
      }
      heardAt = performance.now()
    }
  }
  const open = streams.flatMap(([stream, source]) => (stream ? [[stream, source] as const] : []))
  let isDone = false
  const done = Promise.all(open.map(([stream, source]) => read(stream, source))).finally(() => {
    isDone = true
  })
  done.catch(() => {}) // told by drain
  return {
    done,
    async drain() {
      heardAt = performance.now()
      while (!isDone && (busy > 0 || performance.now() - heardAt < SILENCE_MS)) await Promise.race([done, sleep(20)])
      for (const [stream] of open) stream.destroy()
      await done
    },
  }
}
