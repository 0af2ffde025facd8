import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { followFile, readFrom } from './file-tail.ts'
import { type MetricOptions, parseNumber, type Sighting, stepNames } from './metric-lines.ts'
import { readEvents } from './tensorboard-events.ts'

/** A place where results appear while a program runs, other than what it prints. */
export interface ResultSource {
  /** What has appeared since the last call. */
  poll(isLast: boolean): readonly Sighting[]
}

/** The results file: lines as the program might print them. */
export function linesFile(path: string, readLine: (line: string) => readonly Sighting[]): ResultSource {
  const tail = followFile(path)
  return { poll: (isLast) => tail.read(isLast).flatMap((line) => [...readLine(line)]) }
}

/**
 * TensorBoard's event files in a folder and below it. A metric is found under its name, or the one that `names` gives it, with
 * or without the folder before it: `validation/epoch_accuracy`. Files that are there already are another trial's.
 */
export function tensorboardFolder(
  folder: string,
  metrics: readonly string[],
  names: MetricOptions['names'],
): ResultSource {
  const offsets = new Map(eventFiles(folder).map((path) => [path, statSync(path).size]))
  const old = new Set(offsets.keys())
  return {
    poll: () =>
      eventFiles(folder).flatMap((path) => {
        if (old.has(path)) return []
        const offset = offsets.get(path) ?? 0
        const { scalars, bytes } = readEvents(readFrom(path, offset))
        offsets.set(path, offset + bytes)
        const below = relative(folder, dirname(path)).split(sep).join('/')
        return scalars.flatMap(({ tag, step, value }) => {
          const known = [tag, `${below}/${tag}`].map((name) => name.toLowerCase())
          const metric = metrics.find((each) => known.includes((names[each] ?? each).toLowerCase()))
          return metric === undefined ? [] : [{ metric, value, step }]
        })
      }),
  }
}

function eventFiles(folder: string): readonly string[] {
  try {
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return all
      .filter((name) => /(^|[\\/])events\.out\.tfevents\.[^\\/]*$/.test(name))
      .sort()
      .map((name) => join(folder, name))
  } catch {
    return [] // not there yet
  }
}

/**
 * A CSV file with a header, a column a metric (or the one that `names` gives it) and, where there is one, a column for the step.
 * It may be appended to or written anew. As it is at the start it is another trial's.
 */
export function csvFile(path: string, { metrics, fidelity, names }: Omit<MetricOptions, 'patterns'>): ResultSource {
  const before = changedAt(path)
  let seen = before
  let told = 0
  return {
    poll(isLast) {
      const now = changedAt(path)
      if (now === undefined || now === before || (now === seen && !isLast)) return []
      seen = now
      const lines = readFileSync(path, 'utf8').split(/\r?\n/)
      const rest = lines.pop() ?? ''
      if (isLast && rest !== '') lines.push(rest)
      const [header = [], ...rows] = lines.filter((line) => line !== '').map(cellsOf)
      const columns = metrics.map((metric) => ({ metric, at: columnOf(header, [names[metric] ?? metric]) }))
      const stepAt = columnOf(header, stepNames(fidelity))
      const fresh = rows.slice(told)
      told = Math.max(told, rows.length)
      return fresh.flatMap((cells) => {
        const step = stepAt < 0 || cells[stepAt] === '' ? undefined : Number(cells[stepAt])
        return columns.flatMap(({ metric, at }) => {
          const value = at < 0 ? undefined : parseNumber(cells[at] ?? '')
          return value === undefined ? [] : [{ metric, value, step: Number.isSafeInteger(step) ? step : undefined }]
        })
      })
    },
  }
}

function columnOf(header: readonly string[], names: readonly string[]): number {
  const wanted = names.map((name) => name.toLowerCase())
  const order = wanted.map((name) => header.findIndex((column) => column.trim().toLowerCase() === name))
  return order.find((at) => at >= 0) ?? -1
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '').trim() : quoted.replaceAll('""', '"'),
  )
}

function changedAt(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined ? undefined : `${stats.ino} ${stats.mtimeMs} ${stats.size}`
}
