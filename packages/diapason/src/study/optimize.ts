import { messageOf, StorageError, StudyError, StudyStopped, TrialPruned, TrialTimedOut } from '../errors.ts'
import { continuationOf } from '../trial/continuation.ts'
import { isFeasible } from '../trial/feasibility.ts'
import { lossOf } from '../trial/ranking.ts'
import type { FinishedTrial } from '../trial/trial-record.ts'
import type { Arrangement, RunPort } from './arrangement.ts'
import { CONTROL_POLL_MS, type ControlReader, createControlReader } from './control.ts'
import type { Goals, ObjectiveResult } from './goals.ts'
import { DEADLINE_GRACE_MS, HastyStop } from './hasty-stop.ts'
import { keepLeases, LeaseLost } from './leases.ts'
import type { LiveTrial } from './live-trial.ts'
import type { TakeTerms } from './open-trials.ts'
import { outcomeOf, outcomeOfAbort } from './outcomes.ts'
import { leaseOf } from './recovery.ts'
import { type Limits, type OptimizeOptions, parseLimits } from './run-limits.ts'
import type { HeldTrial, StudyCore } from './study-core.ts'
import { ATTR } from './study-parts.ts'
import { successorOf } from './successor.ts'
import { pause, settle, startTimer } from './waiting.ts'

/** What is tuned: parameters in, values of the goals out. It may throw, and should obey `trial.signal`. */
export interface Objective<P, G extends Goals> {
  (params: P, trial: LiveTrial<P>): ObjectiveResult<G> | Promise<ObjectiveResult<G>>
  /** How it wants to be run, where it does more than train once; see `crossValidated`. */
  readonly arrange?: (run: RunPort) => Arrangement<P, G>
  /** Trains one part of a trial (a fold), for runs that spread the parts over processes. */
  readonly runPart?: (params: P, part: number, trial: LiveTrial<P>) => unknown
}

/** Why a run ended: a budget, the caller, or nothing left to try. */
export type StopReason = 'trials' | 'time' | 'target' | 'signal' | 'stop' | 'exhausted'

/** What a run did. */
export interface OptimizeResult {
  readonly reason: StopReason
  /** Trials started; what continued a paused one is not counted again. */
  readonly trials: number
  readonly elapsedMs: number
}

/** The state that the loops of one run share. */
interface Run<P> {
  readonly study: StudyCore<P>
  readonly objective: Objective<P, Goals> | Arrangement<P, Goals>['objective']
  readonly limits: Limits
  /** Aborts when running trials must end now. */
  readonly halt: AbortController
  /** What others ask of this run. */
  readonly control: ControlReader
  isPaused: boolean
  /** It was told that nothing is left here but to wait for other processes. */
  hasWaited: boolean
  reason: StopReason | undefined
  /** The storage refused a step: what runs is cut short through no fault of its own. */
  isStorageLost: boolean
  started: number
  /** Trials that run now. */
  active: number
  failuresInARow: number
  firstFailure: string | undefined
}

/** Runs trials until a limit is met. See `Study.optimize`. */
export async function optimize<P, G extends Goals>(
  study: StudyCore<P>,
  objective: Objective<P, G>,
  options: OptimizeOptions,
): Promise<OptimizeResult> {
  const limits = parseLimits(options, study.parts.sampler.trialLimit !== undefined)
  const startedAt = Date.now()
  const arranged = objective.arrange?.(runPort(study, limits.concurrency))
  study.pruner = arranged?.pruner ?? study.parts.pruner
  const openTrials = Math.max(limits.concurrency, arranged?.openTrials ?? 1)
  const run: Run<P> = {
    study,
    objective: arranged?.objective ?? objective,
    limits,
    halt: new AbortController(),
    control: createControlReader(study.parts.storage, study.parts.record, startedAt),
    isPaused: false,
    hasWaited: false,
    reason: undefined,
    isStorageLost: false,
    started: 0,
    active: 0,
    failuresInARow: 0,
    firstFailure: undefined,
  }
  const deadline = startTimer(limits.timeMs, () => stopNow(run, 'time', 'the time budget ran out'))
  const onAbort = () => stopNow(run, 'signal', 'the run was stopped')
  options.signal?.addEventListener('abort', onAbort)
  if (options.signal?.aborted) onAbort()
  using _leases = keepLeases(study, limits.leaseMs)
  try {
    // All settle before the first error is thrown: nothing runs on behind the caller's back.
    const ends = await Promise.allSettled(Array.from({ length: openTrials }, () => work(run)))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  } finally {
    study.pruner = study.parts.pruner
    deadline.cancel()
    options.signal?.removeEventListener('abort', onAbort)
  }
  return { reason: run.reason ?? 'trials', trials: run.started, elapsedMs: Date.now() - startedAt }
}

function runPort<P>(study: StudyCore<P>, concurrency: number): RunPort {
  return {
    concurrency,
    goals: study.parts.goals,
    trials: () => study.trials,
    async reconsider(number) {
      const decision = await study.decide(number)
      if (decision.action === 'continue') return
      const pruned = new TrialPruned(`Pruned ${decision.reason}`)
      study.held.get(number)?.controller.abort(pruned)
      throw pruned
    },
  }
}

/** Trials that take less than this look less often at what others do; the rest look before each. */
const FRESH_MS = 25

async function work<P>(run: Run<P>): Promise<void> {
  const { study, limits } = run
  try {
    while (run.reason === undefined) {
      if (!study.stopRequested && !(await mayGoOn(run))) continue
      const mayBegin = run.started < limits.trials
      const promotes = study.pruner.promote !== undefined
      if (study.stopRequested) run.reason = 'stop'
      else if (!mayBegin && !promotes) run.reason = 'trials'
      if (run.reason !== undefined) return
      if (mayBegin) run.started++
      const [held] = await study.take(1, { ...termsOf(limits), promotionsOnly: !mayBegin, freshMs: FRESH_MS })
      if (mayBegin && (held === undefined || continuesAnother(run, held))) run.started--
      if (held === undefined) {
        if (waitsForOthers(run)) await waitForOthers(run)
        else if (promotes && run.active > 0) await waitForAnEnd(run)
        else run.reason ??= limits.total === undefined && mayBegin ? 'exhausted' : 'trials'
        continue
      }
      run.active++
      const ended = await runTrial(run, held)
      run.active--
      afterTrial(run, ended, held.controller.signal)
      await study.giveTurn()
    }
  } catch (error) {
    run.isStorageLost ||= error instanceof StorageError
    stopNow(run, run.reason ?? 'stop', `the run failed: ${messageOf(error)}`)
    throw error
  }
}

function continuesAnother<P>({ study }: Run<P>, { live: { number } }: HeldTrial<P>): boolean {
  const trial = study.trials[number]
  return trial !== undefined && continuationOf(trial) !== undefined
}

/** Heeds what somebody asked of the run from outside: ends it, or waits while the study is paused. */
async function mayGoOn<P>(run: Run<P>): Promise<boolean> {
  const command = await run.control.read()
  const isPaused = command === 'pause'
  if (isPaused !== run.isPaused) {
    run.isPaused = isPaused
    run.study.events.emit('pause', { isPaused })
  }
  if (command === 'stop') run.reason ??= 'stop'
  else if (isPaused) await pause(CONTROL_POLL_MS, run.halt.signal)
  return command === 'run'
}

async function runTrial<P>(run: Run<P>, { live, controller }: HeldTrial<P>): Promise<FinishedTrial> {
  const { study, limits, halt, objective } = run
  const onHalt = () => controller.abort(halt.signal.reason)
  halt.signal.addEventListener('abort', onHalt)
  if (halt.signal.aborted) onHalt()
  const timeout = startTimer(limits.trialTimeoutMs, () =>
    controller.abort(
      new TrialTimedOut(`Timed out after ${limits.trialTimeoutMs} ms`, 'Raise trialTimeout (--timeout) or train less'),
    ),
  )
  const ending = await settle(() => objective(live.params, live), controller.signal, limits.abortGraceMs)
  timeout.cancel()
  halt.signal.removeEventListener('abort', onHalt)
  const running = study.trials[live.number]
  // Somebody told the trial's end in between: another process, or the objective itself.
  if (running?.state !== 'running') return running as FinishedTrial
  const { reason } = controller.signal
  if (reason instanceof LeaseLost) {
    return study.settle(live.number, { state: 'failed', reason: reason.message }, successorOf(running, 'interrupted'))
  }
  const refused = study.refused.get(live.number)
  if (refused !== undefined && typeof ending === 'object' && 'thrown' in ending && !controller.signal.aborted) {
    const outcome = { state: 'failed', reason: refused.message } as const
    await study.settle(live.number, outcome, successorOf(running, 'interrupted'))
    throw refused
  }
  // Whatever the objective returned after an abort belongs to a training cut short.
  const outcome = controller.signal.aborted
    ? outcomeOfAbort(controller.signal.reason, running, study.parts.goals.length)
    : outcomeOf(ending, running, study.parts.goals)
  const stopped = reason instanceof StudyStopped
  if (stopped) await noteEnd(study, live.number, ATTR.stopped, reason.message)
  else if (reason instanceof TrialPruned && running.systemAttrs[ATTR.paused] === undefined) {
    await noteEnd(study, live.number, ATTR.pruned, reason.message)
  }
  const isInterrupted = stopped && (run.reason === 'signal' || run.isStorageLost)
  return study.settle(live.number, outcome, isInterrupted ? successorOf(running, 'interrupted') : undefined)
}

/** Keeps why a trial did not come to its end, unless somebody else has ended it by now. */
async function noteEnd<P>(study: StudyCore<P>, number: number, key: string, why: string): Promise<void> {
  try {
    await study.setTrialAttr(number, 'system', key, why)
  } catch (error) {
    if (!(error instanceof StudyError)) throw error
    await study.refresh()
  }
}

function termsOf({ leaseMs, total }: Limits): TakeTerms {
  return total === undefined ? { leaseMs } : { leaseMs, total }
}

/** Trials are missing from the total, and processes that we would hear of run them. */
function waitsForOthers<P>({ study, limits: { total } }: Run<P>): boolean {
  if (total === undefined || study.ledger.counted >= total) return false
  return study.trials.some(
    (trial) => trial.state === 'waiting' || (trial.state === 'running' && leaseOf(trial) !== undefined),
  )
}

const LONGEST_POLL_MS = 1000

async function waitForOthers<P>(run: Run<P>): Promise<void> {
  const { study, limits, halt } = run
  const { signal } = halt
  if (signal.aborted) return
  if (!run.hasWaited && study.held.size === 0) {
    run.hasWaited = true
    study.events.emit('wait', { others: study.ledger.running })
  }
  await pause(Math.min(limits.leaseMs / 4, LONGEST_POLL_MS), signal)
}

/** Until a trial of this run ends: what it leaves may be continued, or make another one worth it. */
async function waitForAnEnd<P>({ study, halt }: Run<P>): Promise<void> {
  const ended = new AbortController()
  const stopListening = study.events.on('finish', () => ended.abort())
  await pause(LONGEST_POLL_MS, AbortSignal.any([halt.signal, ended.signal]))
  stopListening()
}

function afterTrial<P>(run: Run<P>, trial: FinishedTrial, { reason }: AbortSignal): void {
  const { study, limits } = run
  const [goal] = study.parts.goals
  if (trial.state === 'complete' && limits.target !== undefined && goal !== undefined && isFeasible(trial)) {
    const reached = lossOf(trial.values[0] ?? Number.NaN, goal.direction) <= lossOf(limits.target, goal.direction)
    if (reached) stopNow(run, 'target', 'the target was reached')
  }
  // Out of touch for too long, or ended from outside: that says nothing of the objective.
  if (reason instanceof StudyStopped && !run.halt.signal.aborted) return
  if (trial.state !== 'failed' || run.halt.signal.aborted) {
    run.failuresInARow = 0
    run.firstFailure = undefined
    return
  }
  // Many a reason is a sentence of its own.
  run.firstFailure ??= `trial ${trial.number}: ${trial.reason.replace(/\.$/, '')}`
  run.failuresInARow++
  if (run.failuresInARow >= limits.maxFailuresInARow) {
    throw new StudyError(
      `${run.failuresInARow} trials in a row failed; the first cause, ${run.firstFailure}`,
      'Mend the objective and run again: finished trials are kept',
    )
  }
}

function stopNow<P>(run: Run<P>, reason: StopReason, words: string): void {
  if (run.halt.signal.aborted) return
  // Even where nothing more was to be started: what still runs is cut short by this.
  run.reason = reason
  const text = [`Stopped: ${words}`, 'Run the study again to go on'] as const
  run.halt.abort(reason === 'time' ? new HastyStop(...text, DEADLINE_GRACE_MS) : new StudyStopped(...text))
}
