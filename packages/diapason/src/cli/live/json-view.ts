import { countTrials } from '../../analysis/trial-counts.ts'
import { type JsonNumber, jsonLine, jsonNumber } from '../../text/json.ts'
import { lastReport } from '../../trial/trial-record.ts'
import type { ProgressView, RunEvent, RunInfo, RunSummary } from '../progress.ts'
import type { JsonEnd, JsonEvent, JsonStart, JsonTrialEnd } from './json-events.ts'

/** Newline-delimited events, see {@link JsonEvent}. */
export function jsonView(write: (text: string) => void): ProgressView {
  let info: RunInfo | undefined
  const put = (event: JsonEvent) => write(jsonLine(event))
  return {
    start(started) {
      info = started
      put(startEvent(started))
    },
    event(event) {
      if (info !== undefined) put(eventJson(event, info))
    },
    stop(summary) {
      put(endEvent(summary, info?.startedAt ?? summary.endedAt))
    },
  }
}

function startEvent(info: RunInfo): JsonStart {
  const { study, storage, sampler, pruner, seed, jobs, runner, space, budget } = info
  return {
    type: 'start',
    at: info.startedAt,
    study,
    storage,
    goals: Object.fromEntries(info.goals.map(({ name, direction }) => [name, direction])),
    fidelity: info.fidelity ?? null,
    sampler,
    pruner,
    seed,
    jobs,
    runner,
    budget: {
      trials: budget.trials ?? null,
      timeMs: budget.timeMs ?? null,
      target: budget.target === undefined ? null : jsonNumber(budget.target),
    },
    space,
    defaults: info.defaults ?? null,
    earlier: countTrials(info.earlier),
  }
}

function eventJson(event: RunEvent, info: RunInfo): JsonEvent {
  const { at } = event
  switch (event.type) {
    case 'trial-start':
      return { type: 'trial-start', at, trial: event.trial.number, params: event.trial.params }
    case 'report':
      return { type: 'report', at, trial: event.trial.number, step: event.step, value: jsonNumber(event.value) }
    case 'trial-end':
      return trialEnd(event, info)
    case 'notice':
      return { type: 'notice', at, level: event.level, text: event.text }
    case 'output':
      return { type: 'output', at, trial: event.trial ?? null, stream: event.stream, line: event.line }
    default:
      throw event satisfies never
  }
}

function trialEnd({ at, trial, isBest }: Extract<RunEvent, { type: 'trial-end' }>, info: RunInfo): JsonTrialEnd {
  const values: { [goal: string]: JsonNumber } = {}
  if ('values' in trial) {
    for (const [g, value] of trial.values.entries()) values[info.goals[g]?.name ?? `value${g}`] = jsonNumber(value)
  }
  return {
    type: 'trial-end',
    at,
    trial: trial.number,
    state: trial.state,
    values,
    reason: trial.state === 'failed' ? trial.reason : null,
    isBest,
    params: trial.params,
    lastStep: lastReport(trial)?.[0] ?? null,
    durationMs: trial.startedAt === undefined ? 0 : trial.finishedAt - trial.startedAt,
  }
}

function endEvent({ study, result, error, endedAt }: RunSummary, startedAt: number): JsonEnd {
  return {
    type: 'end',
    at: endedAt,
    reason: result?.reason ?? null,
    error: error ?? null,
    trials: result?.trials ?? 0,
    elapsedMs: result?.elapsedMs ?? endedAt - startedAt,
    counts: countTrials(study.trials),
  }
}
