import { existsSync, readFileSync } from 'node:fs'

/** What a training wrote while it ran. */
export interface TruthEntry {
  /** `reported`: it was told that the value is stored. */
  readonly what: 'start' | 'tick' | 'reported' | 'end'
  readonly trial: number
  /** The configuration: drawn at random, so that no two are alike. */
  readonly x: number
  readonly epoch?: number
  /** The training's process, the one that started it, and the name of its machine. */
  readonly pid: number
  readonly worker: number
  readonly host: string
  /** By {@link monotonicNow}. */
  readonly at: number
}

/** One run of a training. */
export interface Attempt {
  readonly trial: number
  readonly x: number
  readonly pid: number
  readonly worker: number
  readonly host: string
  readonly first: number
  readonly last: number
  readonly hasEnded: boolean
  readonly reported: readonly { readonly epoch: number; readonly at: number }[]
}

/** Milliseconds on a clock that only counts, and that all processes of this machine read alike, whatever their wall clocks say. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000
}

/** The whole lines of JSON in a log, and how many bytes they are; a last line that is being written is left for later. */
export function readLines<T>(file: string, from = 0): { readonly entries: readonly T[]; readonly bytes: number } {
  if (!existsSync(file)) return { entries: [], bytes: 0 }
  const text = readFileSync(file).subarray(from)
  const whole = text.subarray(0, text.lastIndexOf(10) + 1)
  const lines = whole.toString('utf8').split('\n')
  return {
    entries: lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as T),
    bytes: whole.length,
  }
}

/** Follows a log while it grows. */
export interface TruthReader {
  /** Everything so far. */
  entries(): readonly TruthEntry[]
  /** By their first sign of life. */
  attempts(): readonly Attempt[]
}

/** A reader of one log, which need not be there yet. */
export function followTruth(file: string): TruthReader {
  let read = 0
  const entries: TruthEntry[] = []
  const attempts = new Map<string, Attempt>()
  const catchUp = () => {
    const more = readLines<TruthEntry>(file, read)
    read += more.bytes
    for (const entry of more.entries) {
      entries.push(entry)
      const key = `${entry.trial} ${entry.pid} ${entry.x}`
      attempts.set(key, withEntry(attempts.get(key), entry))
    }
  }
  return {
    entries() {
      catchUp()
      return entries
    },
    attempts() {
      catchUp()
      return [...attempts.values()].sort((a, b) => a.first - b.first)
    },
  }
}

function withEntry(
  attempt: Attempt | undefined,
  { what, trial, x, epoch = 0, pid, worker, host, at }: TruthEntry,
): Attempt {
  const reported = attempt?.reported ?? []
  return {
    ...{ trial, x, pid, worker, host },
    first: Math.min(attempt?.first ?? at, at),
    last: Math.max(attempt?.last ?? at, at),
    hasEnded: what === 'end' || (attempt?.hasEnded ?? false),
    reported: what === 'reported' ? [...reported, { epoch, at }] : reported,
  }
}

/** A training is taken to run while it has not ended and its last tick is no older than this, in milliseconds. */
const TICK_MS = 1000

/** What runs at this moment. */
export function runningNow(attempts: readonly Attempt[]): readonly Attempt[] {
  const now = monotonicNow()
  return attempts.filter(({ hasEnded, last }) => !hasEnded && now - last < TICK_MS)
}
