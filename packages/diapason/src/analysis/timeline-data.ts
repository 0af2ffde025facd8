import { ATTR } from '../study/study-parts.ts'
import { continuationOf } from '../trial/continuation.ts'
import { type ShownState, shownState } from '../trial/training-parts.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'

/** A trial's span of time. */
export interface TimelineBar {
  readonly number: number
  /** From 0: which row it stands in. */
  readonly lane: number
  /** Milliseconds since the first start. */
  readonly from: number
  readonly to: number
  readonly state: ShownState
  /** The trial that this one continues. */
  readonly continues?: number
}

/** When trials ran, and side by side with which others. */
export interface TimelineData {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Milliseconds from the first start to the last end. */
  readonly span: number
  /** By lane: the worker, or an empty text where it is not known. */
  readonly lanes: readonly string[]
  readonly bars: readonly TimelineBar[]
  /** Share of the lanes' time in which trials ran. */
  readonly busy: number
  /** How many trials have started; only the latest are in `bars` where there are too many. */
  readonly of: number
}

/**
 * Trials as bars over time, a lane for each that runs at once; trials of one worker stand together.
 * @param now  milliseconds since 1970: running trials end there so far
 * @param most how many of the latest trials, default 1,500
 * Cost: O(trials · lanes).
 */
export function timelineData(trials: readonly TrialRecord[], now: number, most = 1500): TimelineData | undefined {
  const started = trials
    .flatMap((trial) => (trial.startedAt === undefined ? [] : [{ trial, start: trial.startedAt }]))
    .sort((a, b) => a.start - b.start || a.trial.number - b.trial.number)
  const shown = started.slice(-most)
  const first = shown[0]
  if (first === undefined) return undefined
  const lanes: { worker: string; freeAt: number }[] = []
  const bars = shown.map(({ trial, start }): TimelineBar => {
    const end = isFinished(trial) ? trial.finishedAt : Math.max(start, now)
    const worker = workerOf(trial)
    let lane = lanes.findIndex((each) => each.worker === worker && each.freeAt <= start)
    if (lane < 0) lane = lanes.push({ worker, freeAt: 0 }) - 1
    const taken = lanes[lane]
    if (taken !== undefined) taken.freeAt = end
    const { number } = trial
    const bar = { number, lane, from: start - first.start, to: end - first.start, state: shownState(trial) }
    const continues = continuationOf(trial)?.trial
    return continues === undefined ? bar : { ...bar, continues }
  })
  const span = bars.reduce((latest, { to }) => Math.max(latest, to), 0)
  const ran = bars.reduce((sum, { from, to }) => sum + to - from, 0)
  return {
    startedAt: first.start,
    span,
    ...grouped(lanes, bars),
    busy: span > 0 ? ran / (span * lanes.length) : 1,
    of: started.length,
  }
}

function workerOf({ systemAttrs }: TrialRecord): string {
  const worker = systemAttrs[ATTR.worker]
  return typeof worker === 'string' ? worker : ''
}

/** Lanes of the same worker next to each other, workers in the order in which they came. */
function grouped(lanes: readonly { readonly worker: string }[], bars: readonly TimelineBar[]) {
  const workers = [...new Set(lanes.map(({ worker }) => worker))]
  const order = lanes
    .map((_, lane) => lane)
    .sort((a, b) => workers.indexOf(lanes[a]?.worker ?? '') - workers.indexOf(lanes[b]?.worker ?? '') || a - b)
  const place = new Map(order.map((lane, i) => [lane, i]))
  return {
    lanes: order.map((lane) => lanes[lane]?.worker ?? ''),
    bars: bars.map((bar) => ({ ...bar, lane: place.get(bar.lane) ?? bar.lane })),
  }
}
