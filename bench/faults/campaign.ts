import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStorage, type TrialRecord } from 'diapason'
import { createRng, type Rng } from '../../packages/diapason/src/math/rng.ts'
import { setControl } from '../../packages/diapason/src/study/control.ts'
import { type Crew, startCrew } from './crew.ts'
import { type Slot, STUDY, type WorkerTerms } from './fleet.ts'
import { judge, type Verdict, type WorkerEvent } from './invariants.ts'
import { endMarked, MARK, type Marked } from './marked-processes.ts'
import { type Recovery, recoveryOf } from './recovery-time.ts'
import { type Attempt, followTruth, monotonicNow, readLines, runningNow, type TruthReader } from './truth.ts'

/** What a campaign gives to a kind of fault. */
export interface Scene {
  readonly folder: string
  readonly rng: Rng
  readonly truth: TruthReader
  /** What every process of the campaign is started with. */
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  /** Trainings that run at this moment. */
  running(): readonly Attempt[]
  log(words: string): void
}

/** One fault as it was done. */
export interface Fault {
  /** What was done, in words. */
  readonly words: string
  readonly at: number
  /** When it was over: the host healed, the server started; undefined where nothing is undone. */
  readonly overAt?: number
  /** The trainings that it met. */
  readonly hit: readonly Attempt[]
}

/** Storage and workers that a kind of fault is done to. */
export interface Stage extends AsyncDisposable {
  readonly crew: Crew
  /** How this process reaches the storage. */
  readonly url: string
  inject(): Promise<Fault>
  /** Where the last workers run, which finish what is left, and how they are started. */
  readonly last: { readonly terms: WorkerTerms; readonly slots: readonly Slot[] }
  /** What the trials say of the faults, for the table. */
  note?(trials: readonly TrialRecord[]): string
}

/** A kind of fault. */
export interface FaultKind {
  readonly name: string
  /** For the table. */
  readonly what: string
  /** The workers' wall clocks are wrong: the times that they store say nothing. */
  readonly setsWorkerClocks?: boolean
  set(scene: Scene): Promise<Stage>
}

/** What a campaign found. */
export interface CampaignResult extends Omit<Verdict, 'notOnce' | 'overlaps' | 'lost' | 'wrongValues'> {
  readonly what: string
  readonly faults: number
  /** Faults that met running trainings, and how many of those in all. */
  readonly hits: number
  readonly recoveries: readonly Recovery[]
  /** From the beginning to the end of each fault that had one, in ms. */
  readonly outagesMs: readonly number[]
  readonly problems: readonly string[]
  readonly overlaps: number
  readonly lost: number
  readonly notOnce: number
  readonly leftRunning: readonly string[]
  /** Workers that ended though nobody ended them. */
  readonly unexpectedEnds: readonly string[]
  readonly note: string
  readonly load: number
  readonly seconds: number
  readonly measuredOn: string
}

/** Between two faults, in milliseconds. */
const PAUSE_MS = { least: 1000, most: 4000 }
const MOST_MS = 20 * 60_000

/** Runs one study under `times` faults of a kind at random moments, lets it come to its end, and judges it. An abort ends it after the next fault. */
export async function runCampaign(
  kind: FaultKind,
  { times, seed, signal }: { readonly times: number; readonly seed: number; readonly signal: AbortSignal },
): Promise<CampaignResult> {
  const folder = mkdtempSync(path.join(tmpdir(), `diapason-campaign-${kind.name}-`))
  chmodSync(folder, 0o755) // the database server is another user
  const begun = monotonicNow()
  const rng = createRng(seed).split(kind.name)
  const truthFile = path.join(folder, 'truth.jsonl')
  const truth = followTruth(truthFile)
  mkdirSync(path.join(folder, 'hogs'))
  const mark: Marked = `${MARK}=${path.basename(folder)}`
  const env = { TRUTH: truthFile, HOGS: path.join(folder, 'hogs'), [MARK]: path.basename(folder) }
  const log = (words: string) => console.log(`${((monotonicNow() - begun) / 1000).toFixed(1).padStart(6)} s  ${words}`)
  const running = () => runningNow(truth.attempts())
  const scene: Scene = { folder, rng, truth, env, signal, running, log }
  let leftRunning: readonly string[] = []
  let isGood = false
  try {
    await using stage = await kind.set(scene)
    await stage.crew.start()
    const faults = await injectMany(stage, scene, times, begun + MOST_MS)
    const load = loadavg()[1] ?? Number.NaN
    await endStudy(stage, log)
    const trials = await readTrials(stage.url)
    leftRunning = await endMarked(mark, 8000, stage.crew.lasting())
    const events = stage.crew.logs().flatMap((file) => readLines<WorkerEvent>(file).entries)
    const verdict = judge(trials, truth, events)
    const { notOnce, overlaps, lost, wrongValues, ...counts } = verdict
    const problems = [...notOnce, ...overlaps.map((each) => JSON.stringify(each)), ...lost, ...wrongValues]
    const unexpectedEnds = await stage.crew.unexpectedEnds()
    isGood = problems.length === 0 && leftRunning.length === 0
    return {
      what: kind.what,
      ...counts,
      faults: faults.length,
      hits: faults.reduce((sum, { hit }) => sum + hit.length, 0),
      recoveries: faults.flatMap((fault) => recoveryOf(fault, truth, kind.setsWorkerClocks ? [] : trials)),
      outagesMs: faults.flatMap(({ at, overAt }) => (overAt === undefined ? [] : [overAt - at])),
      problems: problems.slice(0, 20),
      overlaps: overlaps.length,
      lost: lost.length + wrongValues.length,
      notOnce: notOnce.length,
      leftRunning,
      unexpectedEnds,
      note: stage.note?.(trials) ?? '',
      load,
      seconds: (monotonicNow() - begun) / 1000,
      measuredOn: new Date().toISOString().slice(0, 10),
    }
  } finally {
    await endMarked(mark, 0)
    // What went wrong is kept to be looked at.
    if (isGood) rmSync(folder, { recursive: true, force: true })
    else log(`its files are kept in ${folder}`)
  }
}

async function injectMany(stage: Stage, scene: Scene, times: number, deadline: number): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  while (faults.length < times && monotonicNow() < deadline) {
    await untilAtWork(stage, scene)
    scene.signal.throwIfAborted()
    await sleep(PAUSE_MS.least + (PAUSE_MS.most - PAUSE_MS.least) * scene.rng.next())
    const fault = await stage.inject()
    faults.push(fault)
    const over = fault.overAt === undefined ? '' : `, over after ${((fault.overAt - fault.at) / 1000).toFixed(1)} s`
    scene.log(`${faults.length}. ${fault.words}${over}; ${fault.hit.length} trainings met`)
  }
  return faults
}

/** Until some trainings run; a fault is to meet them. */
async function untilAtWork({ crew }: Stage, { running }: Scene): Promise<void> {
  const patience = monotonicNow() + 90_000
  while (running().length < 2) {
    if (monotonicNow() > patience) throw new Error('nothing is trained any more, 90 s after the last fault')
    await sleep(200)
    crew.tend()
  }
}

/** Nothing new is begun; then fresh workers finish what is left. */
async function endStudy(stage: Stage, log: Scene['log']): Promise<void> {
  await using storage = closing(await openStorage(stage.url))
  const study = await storage.opened.findStudy(STUDY)
  if (study === undefined) throw new Error('the study was never begun')
  // Later than any clock of the campaign says.
  await setControl(storage.opened, study.id, { command: 'stop', at: Date.now() + 200_000 })
  await stage.crew.ended(120_000)
  const { trials } = await storage.opened.readTrials(study.id)
  const replaced = new Set(
    trials.flatMap(({ systemAttrs }) => ((systemAttrs.retry_history ?? []) as number[]).slice(-1)),
  )
  const configurations = trials.length - replaced.size
  log(`${trials.length} attempts at ${configurations} configurations; the rest is finished`)
  await setControl(storage.opened, study.id, { command: 'run', at: Date.now() + 200_000 })
  const finishing = startCrew(stage.last.terms, stage.last.slots, configurations)
  finishing.start()
  await finishing.ended(180_000)
  stage.crew.adopt(finishing)
}

async function readTrials(url: string): Promise<readonly TrialRecord[]> {
  await using storage = closing(await openStorage(url))
  const study = await storage.opened.findStudy(STUDY)
  return study === undefined ? [] : (await storage.opened.readTrials(study.id)).trials
}

function closing<T extends { close(): Promise<void> }>(opened: T) {
  return { opened, [Symbol.asyncDispose]: () => opened.close() }
}
