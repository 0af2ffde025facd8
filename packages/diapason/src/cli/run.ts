import { DiapasonError, messageOf, StudyError } from '../errors.ts'
import type { Runner } from '../runner/runner.ts'
import type { AnyStudyDefinition } from '../runner/study-file.ts'
import { KILL_AFTER_MS } from '../runner/worker-process.ts'
import { describe } from '../space/describe.ts'
import type { Storage } from '../storage/storage.ts'
import type { Confirmation } from '../study/confirm.ts'
import { createStudy, type DynamicStudyOptions } from '../study/create-study.ts'
import type { Goals } from '../study/goals.ts'
import { queueKnownGood } from '../study/known-good.ts'
import type { OptimizeResult } from '../study/optimize.ts'
import { startTimer } from '../study/waiting.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { NOTHING_RUN, searchAndAblate } from './ablate-winner.ts'
import { whenOutputCloses } from './closed-output.ts'
import { EXIT, RunFailed } from './exit-codes.ts'
import { followStudy, notify } from './follow-study.ts'
import { watchInterrupts } from './interrupts.ts'
import { openView } from './live/open-view.ts'
import { openPatiently } from './patient-storage.ts'
import type { AnyStudy, ProgressView, RunEvent, RunInfo, RunSummary } from './progress.ts'
import { quietView } from './quiet-view.ts'
import { showLastScreen } from './report/last-screen.ts'
import { openRunPage } from './run-dashboard.ts'
import { countedTrials, planRun, type RunFlags, type RunPlan } from './run-plan.ts'
import type { RunSource } from './run-source.ts'
import { searchTime, steadyNow, testUntil } from './run-time.ts'
import { CONFIRM_SHARE, type SearchRequest } from './search-and-confirm.ts'

/** What a run is started from. */
export interface RunRequest {
  /** A study file, or a command. */
  readonly source: RunSource
  readonly flags: RunFlags
  /** The command that started the run, without what resumes it; shown at the end. */
  readonly command: string | undefined
  /** From when on a limit of time counts, in milliseconds since 1970 (default: now). */
  readonly startedAt?: number
}

/**
 * Tunes: the whole of `diapason run`.
 * @returns the exit code
 * @throws {DiapasonError} where nothing could be started
 * @throws {RunFailed} where the run started and failed
 */
export async function runStudy({ source, flags, command, startedAt = steadyNow() }: RunRequest): Promise<number> {
  const plan = planRun(source, flags)
  await using opened = await openPlannedStudy(plan, source.definition)
  const { study } = opened
  const earlier = [...study.trials]
  const left = plan.budget.trials === undefined ? undefined : Math.max(0, plan.budget.trials - countedTrials(earlier))
  const ablations = flags.worker === true ? 0 : (flags.ablate ?? 0)
  const jobs = Math.max(1, Math.min(plan.jobs, Math.max(left ?? plan.jobs, ablations)))
  const view = flags.quiet && !flags.json ? quietView() : openView({ json: flags.json === true })
  const info = infoOf(study, { ...plan, jobs }, source, earlier)
  // What several workers share, one of them cannot share out.
  const share = flags.worker === true ? 0 : (flags.confirm ?? CONFIRM_SHARE)
  const openTests = flags.worker === true || flags.tests === 0 ? undefined : source.openTests({ plan, study, jobs })
  const hasTest = openTests !== undefined
  const session: Session = { source, plan, study, view, jobs, left, share, ablations, startedAt, hasTest }
  await using page = await openRunPage(study.storage, study.name, flags.dashboard, (words) =>
    notify(view, 'warning', words),
  )

  view.start(info)
  for (const text of plan.notices) notify(view, 'info', text)
  if (page !== undefined) notify(view, 'info', `watch it at ${page.url}`)
  noteSeed(session)
  await startWithKnownGood(session, flags)
  const { result, confirmation, error, exitCode } = await optimizeInSession(session)
  const summary: RunSummary = {
    study,
    result,
    error: error === undefined ? undefined : messageOf(error),
    confirmation,
    endedAt: Date.now(),
  }
  await view.stop(summary)
  const isCut = exitCode !== undefined || error !== undefined
  if (flags.worker) {
    if (error !== undefined) throw error
    return exitCode ?? EXIT.success
  }
  const testSeeds = flags.tests === undefined ? {} : { testSeeds: flags.tests }
  const end = { info, summary, command, json: flags.json === true, ...testSeeds }
  const { timeMs } = plan.budget
  const testCode = isCut
    ? await showEnd(end)
    : await showEnd({ ...end, openTests }, timeMs === undefined ? undefined : testUntil(startedAt, timeMs))
  if (error !== undefined) throw error
  return exitCode ?? testCode ?? EXIT.success
}

/** What the parts of one run share. */
interface Session {
  readonly source: RunSource
  readonly plan: RunPlan
  readonly study: AnyStudy
  readonly view: ProgressView
  /** Trials at the same time. */
  readonly jobs: number
  /** Trials that the budget leaves; undefined: no such limit. */
  readonly left: number | undefined
  /** Of the budget, for training the best again. */
  readonly share: number
  /** Trainings between the default and the winner, beside the budget of trials. */
  readonly ablations: number
  /** From when on a limit of time counts. */
  readonly startedAt: number
  /** Default and winner are tested at the end, within the limit of time. */
  readonly hasTest: boolean
}

/** How optimising ended; `exitCode` is there where a signal cut it short. */
interface Ending {
  readonly result?: OptimizeResult | undefined
  readonly confirmation?: Confirmation<unknown> | undefined
  readonly error?: unknown
  readonly exitCode?: number | undefined
}

async function openPlannedStudy(
  plan: RunPlan,
  { settings }: AnyStudyDefinition,
): Promise<{ readonly study: AnyStudy } & AsyncDisposable> {
  const owned = typeof plan.storage === 'string'
  const storage =
    typeof plan.storage === 'string' ? await openPatiently(plan.storage, plan.waitMs, tellError) : plan.storage
  const close = async () => {
    if (owned) await storage.close()
  }
  try {
    if (!plan.resume) await refuseTaken(storage, plan.name)
    const options = {
      ...settings,
      name: plan.name,
      storage,
      ifExists: plan.resume ? 'resume' : 'error',
      ...(plan.seed === undefined ? {} : { seed: plan.seed }),
      ...(plan.sampler === undefined ? {} : { sampler: plan.sampler }),
      ...(plan.pruner === undefined ? {} : { pruner: plan.pruner }),
      ...(plan.checkpoints === undefined ? {} : { checkpoints: { ...settings.checkpoints, folder: plan.checkpoints } }),
    }
    // A declared space or a function: createStudy tells them apart, whatever their types were in the study file.
    const study = await createStudy(options as DynamicStudyOptions<unknown, Goals>)
    return { study, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Before there is a view. */
const tellError = (words: string) => void process.stderr.write(`${words}\n`)

async function refuseTaken(storage: Storage, name: string): Promise<void> {
  const found = await storage.findStudy(name)
  if (found === undefined) return
  const { trials } = await storage.readTrials(found.id)
  throw new StudyError(
    `Study "${name}" is in ${storage.url} already, with ${trials.length} trial${trials.length === 1 ? '' : 's'}`,
    'Go on with it by --resume, or start another one by --study NAME',
  )
}

function infoOf(study: AnyStudy, plan: RunPlan, source: RunSource, earlier: readonly TrialRecord[]): RunInfo {
  const { name, storage, goals, fidelity, sampler, seed, entries, defaults } = study
  const { arrange } = source.definition.objective
  // An objective of several parts decides by its own rule.
  const pruner =
    arrange?.({ concurrency: plan.jobs, goals, trials: () => [], async reconsider() {} }).pruner ?? study.pruner
  return {
    study: name,
    storage: storage.url,
    goals,
    fidelity,
    sampler: sampler.name,
    pruner: pruner.name,
    seed,
    jobs: plan.jobs,
    runner: source.runnerName(plan),
    budget: plan.budget,
    space: entries === undefined ? 'defined by run' : (describe(entries).words.split('\n').at(-1) ?? ''),
    defaults,
    earlier,
    startedAt: Date.now(),
  }
}

function noteSeed({ plan, study, view }: Session): void {
  if (plan.seed === undefined || plan.seed === study.seed) return
  notify(view, 'warning', `The study goes on with its own seed, ${study.seed}; ${plan.seed} is ignored`)
}

async function optimizeInSession(session: Session): Promise<Ending> {
  const { study, view, left } = session
  if (left === 0) {
    notify(view, 'info', `The study holds as many finished trials as the budget allows; raise --trials to go on`)
    if (session.ablations === 0) return { result: NOTHING_RUN }
  }
  const halt = new AbortController()
  using interrupts = watchInterrupts({
    finish: () => finishRunning(session),
    abort() {
      notify(view, 'warning', 'stopping; what was running is queued again')
      halt.abort()
    },
  })
  whenOutputCloses(() => halt.abort())
  const ends = followStudy(session, () => interrupts.exitCode !== undefined)
  let runner: Runner | undefined
  try {
    runner = await openRunner(session, halt.signal)
    if (interrupts.exitCode !== undefined) return { exitCode: interrupts.exitCode }
    const limited = runner
    ends.push(study.on('lease', (lease) => limited.limit?.(lease)))
    const { result, confirmation } = await searchAndAblate({
      study,
      objective: runner.run,
      options: optimizeOptions(session, halt.signal),
      share: session.share,
      isInterrupted: () => interrupts.exitCode !== undefined,
      say: (words) => notify(view, 'info', words),
      ablations: session.ablations,
      isSearchDone: left === 0,
    })
    const isCut = result.reason === 'signal' || result.reason === 'stop' || session.ablations > 0
    const error = nothingComplete(study, result)
    return { result, confirmation, error, exitCode: isCut ? interrupts.exitCode : undefined }
  } catch (error) {
    if (halt.signal.aborted && runner === undefined) return { exitCode: interrupts.exitCode }
    // What nobody foresaw keeps its stack.
    return { error: error instanceof DiapasonError ? new RunFailed(...problemAndRemedy(error)) : error }
  } finally {
    for (const end of ends) end()
    await runner?.close()
  }
}

/** Queues what is known to be good for the kind of network that flags or file name. */
async function startWithKnownGood({ study, source, view }: Session, { knownGood, worker }: RunFlags): Promise<void> {
  const kind = knownGood ?? source.definition.knownGood
  if (kind === undefined || kind === 'off' || worker || study.trials.length > 0) return
  const queued = await queueKnownGood(study, kind)
  for (const { known, source: from } of queued) notify(view, 'info', `known to be good (${known.join(', ')}): ${from}`)
  if (queued.length > 0) return
  notify(
    view,
    'warning',
    `no known-good ${kind} configuration fits this space: its learning rate goes by another name, or range`,
  )
}

function finishRunning({ study, view }: Session): void {
  study.stop()
  const running = study.trials.filter(({ state }) => state === 'running').length
  const what = running === 0 ? 'stopping' : running === 1 ? 'finishing 1 trial' : `finishing ${running} trials`
  notify(view, 'warning', `${what}; press Ctrl-C again to stop at once`)
}

function openRunner({ source, plan, study, jobs, view }: Session, signal: AbortSignal): Promise<Runner> | Runner {
  const onOutput = (line: Omit<Extract<RunEvent, { type: 'output' }>, 'type' | 'at'>) =>
    view.event({ type: 'output', at: Date.now(), ...line })
  return source.openRunner({ plan, study, jobs, signal, onOutput })
}

function optimizeOptions(
  { plan, source, jobs, startedAt, hasTest }: Session,
  halt: AbortSignal,
): SearchRequest['options'] {
  const { trials, timeMs, target } = plan.budget
  const fromFile = source.definition.budget.signal
  return {
    ...(trials === undefined ? {} : { total: trials }),
    ...(timeMs === undefined ? {} : { time: searchTime(timeMs, steadyNow() - startedAt, hasTest) }),
    ...(target === undefined ? {} : { target }),
    ...(plan.leaseMs === undefined ? {} : { lease: plan.leaseMs }),
    ...(plan.trialTimeoutMs === undefined ? {} : { trialTimeout: plan.trialTimeoutMs }),
    ...(plan.maxFailuresInARow === undefined ? {} : { maxFailuresInARow: plan.maxFailuresInARow }),
    concurrency: jobs,
    signal: fromFile === undefined ? halt : AbortSignal.any([fromFile, halt]),
    // The pool needs the time to end a worker that does not listen.
    abortGraceMs: plan.graceMs + (plan.inProcess ? 0 : 2 * KILL_AFTER_MS),
  }
}

function nothingComplete(study: AnyStudy, { reason, trials }: OptimizeResult): RunFailed | undefined {
  if (trials === 0 || reason === 'signal' || study.trials.some(({ state }) => state === 'complete')) return undefined
  const first = study.trials.find((trial) => trial.state === 'failed')
  if (first?.state !== 'failed') return undefined
  return new RunFailed(
    `No trial was completed; the first cause, trial ${first.number}: ${first.reason.replace(/\.$/, '')}`,
    'Mend the objective and run again',
  )
}

/** Takes a message of problem and remedy apart again, so that the run's own error says both once. */
function problemAndRemedy(error: unknown): [problem: string, remedy: string] {
  const message = messageOf(error).trim().replace(/\.$/, '')
  const cut = message.lastIndexOf('. ')
  return cut < 0
    ? [message, 'Finished trials are kept: go on by --resume']
    : [message.slice(0, cut), message.slice(cut + 2)]
}

/** The last screen, with the final test where there is one. Ctrl-C skips what is left of the test, as does the end of the time. */
async function showEnd(options: Parameters<typeof showLastScreen>[0], until?: number): Promise<number | undefined> {
  const halt = new AbortController()
  const abort = () => halt.abort()
  const clock = startTimer(until === undefined ? Number.POSITIVE_INFINITY : Math.max(1, until - steadyNow()), abort)
  using interrupts = watchInterrupts({ finish: abort, abort })
  whenOutputCloses(() => process.exit(EXIT.success))
  await showLastScreen({ ...options, signal: halt.signal }).finally(clock.cancel)
  return interrupts.exitCode
}
