import { defaultTrial } from '../../analysis/default-trial.ts'
import type { ParamValues } from '../../space/search-space.ts'
import { paramsText } from '../../text/param-text.ts'
import { isFeasible } from '../../trial/feasibility.ts'
import { lossOf } from '../../trial/ranking.ts'
import type { CompleteTrial, FinishedTrial, RunningTrial, TrialRecord } from '../../trial/trial-record.ts'
import type { RunEvent, RunInfo } from '../progress.ts'

/** A sentence for the person who watches. */
export interface Notice {
  readonly level: 'info' | 'warning'
  readonly text: string
}

/** What a view shows: grown event by event, drawn by others. */
export interface RunState {
  readonly info: RunInfo
  /** Finished trials of the whole study, earlier runs included. */
  readonly counts: { complete: number; pruned: number; failed: number }
  /** Trials that ended in this run. */
  finishedNow: number
  /** The best complete trial by goal, in the order of the goals. */
  readonly best: (CompleteTrial | undefined)[]
  /** The first value of the first goal: where the way to a target begins. */
  firstValue: number | undefined
  /** The trial that runs or ran the default configuration. */
  defaults: TrialRecord | undefined
  /** Each running trial keeps its place from start to end, so that lines do not move; free places are undefined. */
  readonly running: (RunningTrial | undefined)[]
  /** The latest first. */
  readonly notices: Notice[]
}

const NOTICES_KEPT = 3

/** The state before the first event, from what the study held already. */
export function createRunState(info: RunInfo): RunState {
  const state: RunState = {
    info,
    counts: { complete: 0, pruned: 0, failed: 0 },
    finishedNow: 0,
    best: info.goals.map(() => undefined),
    firstValue: undefined,
    defaults: defaultTrial(info.earlier, info.defaults),
    running: [],
    notices: [],
  }
  for (const trial of info.earlier) {
    if (trial.state !== 'waiting' && trial.state !== 'running') countIn(state, trial)
  }
  return state
}

/** Takes an event in. */
export function applyEvent(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'trial-start':
    case 'report':
      placeRunning(state, event.trial)
      noteDefault(state, event.trial)
      return
    case 'trial-end':
      freePlace(state, event.trial.number)
      state.finishedNow++
      countIn(state, event.trial)
      noteDefault(state, event.trial)
      return
    case 'notice':
      state.notices.unshift({ level: event.level, text: event.text })
      state.notices.length = Math.min(state.notices.length, NOTICES_KEPT)
      return
    case 'output':
      return
    default:
      throw event satisfies never
  }
}

function placeRunning({ running }: RunState, trial: RunningTrial): void {
  const place = running.findIndex((held) => held?.number === trial.number)
  const free = running.indexOf(undefined)
  running[place >= 0 ? place : free >= 0 ? free : running.length] = trial
}

function freePlace({ running }: RunState, number: number): void {
  const place = running.findIndex((held) => held?.number === number)
  if (place >= 0) running[place] = undefined
}

function countIn(state: RunState, trial: FinishedTrial): void {
  state.counts[trial.state]++
  if (trial.state !== 'complete') return
  state.firstValue ??= trial.values[0]
  for (const [g, goal] of state.info.goals.entries()) {
    const known = state.best[g]
    const loss = (record: CompleteTrial) => lossOf(record.values[g] ?? Number.NaN, goal.direction)
    if (isFeasible(trial) && (known === undefined || loss(trial) < loss(known))) state.best[g] = trial
  }
}

function noteDefault(state: RunState, trial: TrialRecord): void {
  const isSame = state.defaults?.number === trial.number
  if (isSame || state.defaults?.state !== 'complete') {
    const others = state.defaults === undefined || isSame ? [] : [state.defaults]
    state.defaults = defaultTrial([...others, trial], state.info.defaults) ?? state.defaults
  }
}

/** The paths of a trial's parameters that differ from the default configuration; all where there is none. */
export function changedPaths(params: ParamValues, defaults: ParamValues | undefined): string[] {
  return Object.keys(params).filter((path) => defaults === undefined || !Object.is(params[path], defaults[path]))
}

/** A configuration in short: what differs from the default, or that it is the default. */
export function configText(params: ParamValues, defaults: ParamValues | undefined): string {
  const changed = changedPaths(params, defaults)
  if (defaults !== undefined && changed.length === 0) return 'the default configuration'
  return paramsText(params, changed)
}

/** How far a run has come against one limit of its budget. */
export interface BudgetProgress {
  readonly kind: 'trials' | 'time' | 'target'
  /** In [0, 1]. */
  readonly fraction: number
}

/** Progress against every limit of the budget, the nearest to its end first. */
export function budgetProgress(state: RunState, now: number): readonly BudgetProgress[] {
  const { budget, goals, startedAt } = state.info
  const found: BudgetProgress[] = []
  const add = (kind: BudgetProgress['kind'], fraction: number) =>
    found.push({ kind, fraction: Math.min(1, Math.max(0, Number.isNaN(fraction) ? 0 : fraction)) })
  if (budget.trials !== undefined) add('trials', finishedTrials(state) / budget.trials)
  if (budget.timeMs !== undefined) add('time', (now - startedAt) / budget.timeMs)
  const [goal] = goals
  if (budget.target !== undefined && goal !== undefined) {
    const value = state.best[0]?.values[0]
    add(
      'target',
      value === undefined ? 0 : wayToTarget(state.firstValue ?? value, value, budget.target, goal.direction),
    )
  }
  return found.sort((a, b) => b.fraction - a.fraction)
}

function wayToTarget(first: number, value: number, target: number, direction: 'minimize' | 'maximize'): number {
  const [from, at, to] = [lossOf(first, direction), lossOf(value, direction), lossOf(target, direction)]
  return at <= to ? 1 : (from - at) / (from - to)
}

/** Finished trials of the study in all. */
export function finishedTrials({ counts }: RunState): number {
  return counts.complete + counts.pruned + counts.failed
}
