import { wasStopped } from '../../analysis/savings.ts'
import { counted, durationText, numberText } from '../../text/numbers.ts'
import { continuationOf, pausedAt } from '../../trial/continuation.ts'
import { isFinished, lastReport } from '../../trial/trial-record.ts'
import type { ProgressView, RunEvent, RunInfo } from '../progress.ts'
import { withoutControls } from '../text/display-width.ts'
import { jobsText, stepText } from './panel.ts'
import { configText } from './run-state.ts'

/** A line for each trial that ends, for files and pipes: nothing moves, nothing is coloured. */
export function plainView(write: (text: string) => void): ProgressView {
  let info: RunInfo | undefined
  const put = (lines: readonly string[]) => {
    for (const line of lines) write(`${withoutControls(line)}\n`)
  }
  return {
    start(started) {
      info = started
      put(headLines(started))
    },
    event(event) {
      if (info !== undefined) put(eventLines(event, info))
    },
    stop() {},
  }
}

/** What a run is about to do, in two lines. */
export function headLines(info: RunInfo): string[] {
  const { budget, goals } = info
  const finished = info.earlier.filter(isFinished).length
  const jobs = info.runner === 'in-process' ? '' : `, ${jobsText(info)}`
  const limits = [
    ...(budget.trials === undefined ? [] : [counted(budget.trials, 'trial')]),
    ...(budget.timeMs === undefined ? [] : [durationText(budget.timeMs)]),
    ...(budget.target === undefined ? [] : [`until ${goals[0]?.name} reaches ${numberText(budget.target)}`]),
  ]
  const aims = goals.map(({ name, direction }) => `${direction} ${name}`).join(', ')
  return [
    `study ${info.study} in ${info.storage}: ${aims}; ${info.sampler}, ${info.pruner}${jobs}, seed ${info.seed}`,
    `budget: ${limits.join(' or ') || 'none'}; space: ${info.space}${finished === 0 ? '' : `; going on after ${counted(finished, 'trial')}`}`,
  ]
}

function eventLines(event: RunEvent, info: RunInfo): string[] {
  switch (event.type) {
    case 'trial-end':
      return [trialLine(event, info)]
    case 'notice':
      return [`${event.level === 'warning' ? 'warning: ' : ''}${event.text}`]
    case 'output':
      return [`${event.trial === undefined ? '' : `trial ${event.trial}: `}${event.line}`]
    case 'trial-start':
    case 'report':
      return []
    default:
      throw event satisfies never
  }
}

function trialLine({ trial, isBest }: Extract<RunEvent, { type: 'trial-end' }>, info: RunInfo): string {
  const continued = continuationOf(trial)
  const which = `trial ${trial.number}${continued === undefined ? '' : ` (continues trial ${continued.trial})`}`
  const end = pausedAt(trial) === undefined ? trial.state : 'paused'
  const head = `${which} ${wasStopped(trial) ? 'stopped' : end}`
  const took = trial.startedAt === undefined ? '' : `, ${durationText(trial.finishedAt - trial.startedAt)}`
  const params = configText(trial.params, info.defaults)
  switch (trial.state) {
    case 'complete': {
      const values = info.goals.map(({ name }, g) => `${name} ${numberText(trial.values[g] ?? Number.NaN)}`).join(', ')
      return `${head}: ${values}${isBest ? ' (best so far)' : ''}${took}; ${params}`
    }
    case 'pruned': {
      const last = lastReport(trial)
      const at = last === undefined ? '' : ` at ${stepText(info.fidelity?.name)} ${last[0]} with ${numberText(last[1])}`
      return `${head}${at}${took}; ${params}`
    }
    case 'failed':
      return `${head}${wasStopped(trial) ? '' : `: ${trial.reason.trim()}`}${took}; ${params}`
    default:
      throw trial satisfies never
  }
}
