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
  /** Of a condensed trace: the mean of `milliseconds` around the hundredth evaluation. */
  readonly thinkingMs?: number
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

/**
 * Opens the traces of a folder, which need not exist yet. One file for each contestant.
 * @param condensed a folder of condensed traces that are read, too
 */
export function openTraces(folder: string, condensed?: string): TraceStore {
  mkdirSync(folder, { recursive: true })
  const traces = new Map<string, Trace>()
  for (const file of condensed !== undefined && existsSync(condensed) ? readdirSync(condensed) : []) {
    for (const trace of readPacked(join(condensed!, file))) traces.set(keyOf(trace), trace)
  }
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

/**
 * For each contestant the traces of one version: the current one where it has raced, else the one that raced last.
 * @param current versions of today, of contestants of which they are known
 */
export function newestTraces(traces: readonly Trace[], current: ReadonlyMap<string, string>): Trace[] {
  const versions = new Map(traces.map(({ contestant, version }) => [contestant, version]))
  for (const { contestant, version } of traces) {
    if (current.get(contestant) === version) versions.set(contestant, version)
  }
  return traces.filter(({ contestant, version }) => versions.get(contestant) === version)
}

/** What reports need of a trace, in a tenth of the space: each improvement, or with curves each change of the incumbent. */
export function condense(trace: Trace): Trace {
  const around = trace.milliseconds.slice(80, 110)
  const thinkingMs = around.reduce((sum, ms) => sum + ms, 0) / around.length
  const time = around.length > 0 ? { thinkingMs: Number(thinkingMs.toPrecision(3)) } : {}
  const { values, epochs } = trace
  if (epochs !== undefined) {
    const changed = (i: number) => i === 0 || i === values.length - 1 || !Object.is(values[i], values[i - 1])
    return {
      ...trace,
      ...time,
      milliseconds: [],
      values: values.filter((_, i) => changed(i)),
      epochs: epochs.filter((_, i) => changed(i)),
    }
  }
  let best = Number.POSITIVE_INFINITY
  const improvements = values.map((value) => {
    if (!(value < best)) return Number.NaN
    best = value
    return value
  })
  return { ...trace, ...time, milliseconds: [], values: improvements }
}

/** Writes condensed traces, a file for each contestant, in place of what was there of the same ones. */
export function writeCondensed(folder: string, traces: readonly Trace[]): void {
  mkdirSync(folder, { recursive: true })
  for (const [contestant, group] of Map.groupBy(traces, (trace) => trace.contestant)) {
    const ordered = group.toSorted((a, b) => a.task.localeCompare(b.task) || a.seed - b.seed)
    // A trace that came from here has been condensed already.
    const lines = ordered.map((trace) => lineOf(trace.thinkingMs === undefined ? condense(trace) : trace))
    writeFileSync(join(folder, `${contestant}.jsonl.gz`), gzipSync(`${lines.join('\n')}\n`, { level: 9 }))
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
