import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

/** Everything that one search did. */
export interface Trace {
  readonly task: string
  readonly contestant: string
  /** Of the contestant: a package's version, or a hash of our sources. */
  readonly version: string
  readonly seed: number
  /** Regret of each evaluation; NaN where it failed. With curves: regret, after full training, of the incumbent after each trial. */
  readonly values: readonly number[]
  /** With curves: epochs trained in all by the end of each trial. */
  readonly epochs?: readonly number[]
  /** Processor time of suggesting and telling, an evaluation. */
  readonly milliseconds: readonly number[]
  /** Why it ended before its time. */
  readonly error?: string
}

/** Which search a trace is of. */
export type SearchKey = Pick<Trace, 'task' | 'contestant' | 'version' | 'seed'>

/**
 * Traces in a folder, one JSON line each: `NAME.jsonl` while a race runs, `NAME.jsonl.gz` once {@link TraceStore.pack} was called. A
 * line that a kill cut short is dropped.
 */
export interface TraceStore {
  has(key: SearchKey): boolean
  add(trace: Trace): void
  all(): readonly Trace[]
  /** Gzips what was added here, with what was there of the same contestants. */
  pack(): void
}

/** Opens the traces of a folder, which need not exist yet. One file for each contestant. */
export function openTraces(folder: string): TraceStore {
  mkdirSync(folder, { recursive: true })
  const traces = new Map<string, Trace>()
  // Only these are packed: another race may be adding to the others.
  const open = new Set<string>()
  for (const file of readdirSync(folder).sort()) {
    const packed = file.endsWith('.jsonl.gz')
    if (!packed && !file.endsWith('.jsonl')) continue
    for (const trace of packed ? readPacked(join(folder, file)) : readOpen(join(folder, file))) {
      traces.set(keyOf(trace), trace)
    }
  }
  return {
    has: (key) => traces.has(keyOf(key)),
    add(trace) {
      const line = lineOf(trace)
      const file = `${trace.contestant}.jsonl`
      appendFileSync(join(folder, file), `${line}\n`)
      open.add(file)
      traces.set(keyOf(trace), traceOf(line))
    },
    all: () => [...traces.values()],
    pack() {
      for (const file of open) packFile(folder, file)
      open.clear()
    },
  }
}

function packFile(folder: string, file: string): void {
  const packed = join(folder, `${file}.gz`)
  const before = existsSync(packed) ? readPacked(packed) : []
  const merged = new Map([...before, ...readOpen(join(folder, file))].map((trace) => [keyOf(trace), trace]))
  const lines = [...merged.values()].map(lineOf).join('\n')
  // By rename, so that a kill leaves either the old file or the new one.
  writeFileSync(`${packed}.new`, gzipSync(`${lines}\n`, { level: 9 }))
  renameSync(`${packed}.new`, packed)
  rmSync(join(folder, file))
}

function readPacked(file: string): Trace[] {
  return linesOf(gunzipSync(readFileSync(file)).toString('utf8')).map(traceOf)
}

/** Reads a file that may end in half a line, and cuts that off so that the next line starts well. */
function readOpen(file: string): Trace[] {
  const text = readFileSync(file, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) writeFileSync(file, whole)
  return linesOf(whole).map(traceOf)
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')

const keyOf = ({ task, contestant, version, seed }: SearchKey) => `${contestant}\0${version}\0${task}\0${seed}`

/** Six digits of values, three of times; what failed is null. */
function lineOf(trace: Trace): string {
  const digits = (numbers: readonly number[], count: number) =>
    numbers.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(count)) : null))
  return JSON.stringify({
    ...trace,
    values: digits(trace.values, 6),
    milliseconds: digits(trace.milliseconds, 3),
  })
}

function traceOf(line: string): Trace {
  const trace: Trace & { readonly values: readonly (number | null)[] } = JSON.parse(line)
  return { ...trace, values: trace.values.map((value) => value ?? Number.NaN) }
}
