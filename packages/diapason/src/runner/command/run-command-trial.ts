import { resolve } from 'node:path'
import { graceAfterAbort } from '../../study/hasty-stop.ts'
import type { LiveTrial } from '../../study/live-trial.ts'
import type { OutputLine } from '../runner.ts'
import { commandEndInWords, noResultInWords } from './command-end.ts'
import { type CommandSpec, metricsOf, programOf, SECONDS_METRIC } from './command-spec.ts'
import type { Guardian } from './guardian.ts'
import { createMetricReader, type MetricOptions, type Sighting } from './metric-lines.ts'
import { createOutputGate } from './output-gate.ts'
import { lookupOf } from './placeholders.ts'
import { readProcessOutput } from './process-output.ts'
import { csvFile, linesFile, type ResultSource, tensorboardFolder } from './result-files.ts'
import { createScoreboard, type Scoreboard } from './scoreboard.ts'
import { fillShellText } from './shell-text.ts'
import { fillText, fillWords } from './template.ts'
import { environmentOf } from './trial-environment.ts'
import { makeTrialFolder, type TrialFolder, tidyTrialFolder } from './trial-folder.ts'
import { openTrialLog, type TrialLog } from './trial-log.ts'
import { type ProcessEnd, startTrialProcess, type TrialProcess } from './trial-process.ts'
import { withSpace } from './with-space.ts'

/** One trial of a command, and what it shares with the others. */
export interface CommandTrial {
  readonly spec: CommandSpec
  readonly study: string
  readonly trial: LiveTrial<unknown>
  readonly files: TrialFolder
  readonly devices: string | undefined
  readonly guardian: Guardian
  readonly onStart: (process: TrialProcess) => void
  readonly onOutput: (line: OutputLine) => void
}

/** How many of its last lines tell why a program failed. */
const TAIL_LINES = 40
const POLL_MS = 200

/**
 * Runs a trial's program to its end, and tells how its constraints came out.
 * @returns the value of each goal
 * @throws why the trial's signal was aborted, or an error that says how the program ended, or what it did not say
 */
export async function runCommandTrial(run: CommandTrial): Promise<{ readonly [goal: string]: number }> {
  const { spec, trial, files, onOutput } = run
  const tell = (line: string) => onOutput({ trial: trial.number, stream: 'stderr', line })
  const log = await withSpace({ folder: files.path, signal: trial.signal, tell }, () => {
    makeTrialFolder(files, trial.params)
    return openTrialLog(files.log, spec.limits.logBytes)
  })
  const board = createScoreboard(spec.goals, spec.results.take, trial)
  const sources = sourcesOf(run, lookFor(spec)) // before the start: what is there already is not this trial's
  const startedAt = performance.now()
  const process = startTrialProcess(processOptions(run))
  run.onStart(process)
  const onAbort = () => process.stop(graceAfterAbort(trial.signal, spec.limits.graceMs))
  if (trial.signal.aborted) onAbort()
  trial.signal.addEventListener('abort', onAbort)
  try {
    const { end, tail } = await follow(run, process, { sources, board, log })
    trial.signal.throwIfAborted()
    checkEnd(spec, end, tail)
    const values: Scoreboard['values'] = { ...board.values, [SECONDS_METRIC]: (performance.now() - startedAt) / 1000 }
    checkValues(spec, values, tail)
    for (const limit of spec.constraints) await trial.constrain(limit.name, limit.excess(values))
    return Object.fromEntries(Object.keys(spec.goals).map((goal) => [goal, values[goal] ?? Number.NaN]))
  } finally {
    trial.signal.removeEventListener('abort', onAbort)
    log.close()
    tidyTrialFolder(files)
  }
}

function processOptions(run: CommandTrial) {
  const { spec, trial, files, guardian } = run
  const lookup = lookupOf(spec, trial, files)
  const { command, limits } = spec
  return {
    command: typeof command === 'string' ? fillShellText(command, lookup) : fillWords(command, lookup),
    cwd: fillText(spec.cwd, lookup) ?? spec.cwd,
    ...environmentOf({ ...run, folder: files, lookup }),
    memoryMb: limits.memoryMb,
    guardian,
  }
}

function lookFor(spec: CommandSpec): MetricOptions {
  const { patterns, names } = spec.results
  return { metrics: metricsOf(spec), fidelity: spec.fidelity, patterns, names }
}

/** Where results appear beside what is printed. */
function sourcesOf({ spec, trial, files }: CommandTrial, metrics: MetricOptions): readonly ResultSource[] {
  const lookup = lookupOf(spec, trial, files)
  const { tensorboard, csv, names } = spec.results
  const pathOf = (text: string) => resolve(fillText(spec.cwd, lookup) ?? spec.cwd, fillText(text, lookup) ?? text)
  return [
    linesFile(files.resultsFile, createMetricReader(metrics)),
    ...(tensorboard === undefined ? [] : [tensorboardFolder(pathOf(tensorboard), metrics.metrics, names)]),
    ...(csv === undefined ? [] : [csvFile(pathOf(csv), metrics)]),
  ]
}

/** Where the results of a program are looked for, and where they go. */
interface Following {
  readonly sources: readonly ResultSource[]
  readonly board: Scoreboard
  readonly log: TrialLog
}

/** Reads everything that the program says until it has ended. */
async function follow(run: CommandTrial, process: TrialProcess, { sources, board, log }: Following) {
  const { spec, trial } = run
  const metrics = lookFor(spec)
  // A step named on one stream does not hold for another one.
  const readers = {
    stdout: createMetricReader(metrics),
    stderr: createMetricReader(metrics),
    results: createMetricReader(metrics),
  }
  const gate = createOutputGate(trial.number, run.onOutput)
  const tail: string[] = []
  const seeAll = async (sightings: readonly Sighting[]) => {
    for (const sighting of sightings) await board.see(sighting)
  }
  const output = readProcessOutput(process.child, {
    onChunk: (chunk) => log.write(chunk),
    onLine(line, source) {
      if (source !== 'results') {
        if (line.trim() !== '') tail.push(line)
        if (tail.length > TAIL_LINES) tail.shift()
        gate.pass(line, source)
      }
      const sightings = readers[source](line)
      return sightings.length === 0 ? undefined : seeAll(sightings)
    },
  })
  const poll = async (isLast: boolean) => {
    for (const source of sources) await seeAll(source.poll(isLast))
  }
  const polling = pollUntil(process.ended, () => poll(false))
  // A program whose output is not taken any more would wait for its reader for ever.
  for (const hearing of [output.done, polling]) hearing.catch(() => process.stop(spec.limits.graceMs))
  try {
    const end = await process.ended
    await output.drain()
    await polling
    await poll(true)
    return { end, tail }
  } finally {
    gate.close()
  }
}

async function pollUntil(ended: Promise<unknown>, poll: () => Promise<void>): Promise<void> {
  let isOver = false
  let wake = () => {}
  void ended.then(() => {
    isOver = true
    wake()
  })
  while (!isOver) {
    await new Promise<void>((resolve) => {
      wake = resolve
      setTimeout(resolve, POLL_MS).unref()
    })
    if (!isOver) await poll()
  }
}

function checkEnd(spec: CommandSpec, end: ProcessEnd, tail: readonly string[]): void {
  const program = programOf(spec)
  if (end.startError !== undefined) throw startFailure(program, end.startError)
  if (end.tookMb !== undefined) {
    const { memoryMb } = spec.limits
    throw new Error(`${program} held ${Math.round(end.tookMb)} MB of memory and may hold ${memoryMb} MB; it was killed`)
  }
  if (end.code !== 0) throw new Error(commandEndInWords({ ...end, program, tail }))
}

function startFailure(program: string, error: NodeJS.ErrnoException): Error {
  if (error.code === 'ENOENT')
    return new Error(`there is no program ${program}, or no working directory`, { cause: error })
  if (error.code === 'EACCES') return new Error(`${program} may not be executed; try chmod +x`, { cause: error })
  return new Error(`${program} could not be started: ${error.message}`, { cause: error })
}

function checkValues(spec: CommandSpec, values: Scoreboard['values'], tail: readonly string[]): void {
  const program = programOf(spec)
  const metrics = metricsOf(spec)
  const missing = metrics.filter((metric) => values[metric] === undefined)
  if (missing.length > 0) throw new Error(noResultInWords(program, missing, tail))
  const undefinedMetric = metrics.find((metric) => Number.isNaN(values[metric]))
  if (undefinedMetric !== undefined) throw new Error(`${program} gave ${undefinedMetric} = NaN`)
  for (const { text, excess } of spec.constraints) {
    if (Number.isNaN(excess(values))) throw new Error(`${text} cannot be decided for what ${program} gave`)
  }
}
