import type { TrialRecord } from 'diapason'
import { STOPPED } from '../../packages/diapason/src/trial/continuation.ts'
import { isFinished } from '../../packages/diapason/src/trial/trial-record.ts'
import { EPOCHS, valueAt } from './training.ts'
import type { Attempt, TruthEntry, TruthReader } from './truth.ts'

/** Something that a worker said in its log. */
export interface WorkerEvent {
  readonly type: string
  readonly trial?: number
  readonly step?: number
  readonly value?: number
  readonly state?: string
  readonly params?: { readonly x?: number }
}

/** What a study came to, and each way in which it is wrong; all lists are empty where it is right. */
export interface Verdict {
  readonly configurations: number
  readonly attempts: number
  /** Configurations that lost too many workers, which the study gives up. */
  readonly givenUp: number
  readonly acknowledged: number
  /** Configurations that did not end exactly once. */
  readonly notOnce: readonly string[]
  readonly overlaps: readonly { readonly x: number; readonly trials: readonly number[]; readonly overlapMs: number }[]
  readonly lost: readonly string[]
  readonly wrongValues: readonly string[]
}

const historyOf = (trial: TrialRecord) => (trial.systemAttrs.retry_history ?? []) as readonly number[]

/** Judges what the database holds by what trainings and workers wrote elsewhere. */
export function judge(trials: readonly TrialRecord[], reader: TruthReader, events: readonly WorkerEvent[]): Verdict {
  const truth = reader.entries()
  const attempts = reader.attempts()
  const replaced = trials.flatMap((trial) => historyOf(trial).slice(-1))
  const last = trials.filter(({ number }) => !replaced.includes(number))
  return {
    configurations: last.length,
    attempts: attempts.length,
    givenUp: last.filter((trial) => trial.state === 'failed' && /ended before the trial did/.test(trial.reason)).length,
    acknowledged: events.filter(isAcknowledgement).length + truth.filter(({ what }) => what === 'reported').length,
    notOnce: notOnce(trials, replaced, last, attempts),
    overlaps: overlapsOf(attempts),
    lost: [...lostReports(trials, truth), ...lostEvents(trials, events)],
    wrongValues: last.flatMap((trial) => {
      const right = valueAt(Number(trial.params.x), EPOCHS)
      const isWrong = trial.state === 'complete' && Math.abs((trial.values[0] ?? Number.NaN) - right) > 1e-12
      return isWrong
        ? [`trial ${trial.number} is worth ${right}, the study says ${trial.state === 'complete' && trial.values[0]}`]
        : []
    }),
  }
}

function notOnce(
  trials: readonly TrialRecord[],
  replaced: readonly number[],
  last: readonly TrialRecord[],
  attempts: readonly Attempt[],
): readonly string[] {
  const twice = replaced.filter((number, i) => replaced.indexOf(number) !== i)
  const open = last.filter((trial) => !isFinished(trial))
  const completeOf = new Map<unknown, number>()
  const endsOf = new Map<unknown, number>()
  for (const { state, params } of trials) {
    if (state === 'complete') completeOf.set(params.x, (completeOf.get(params.x) ?? 0) + 1)
  }
  for (const { params } of last) endsOf.set(params.x, (endsOf.get(params.x) ?? 0) + 1)
  const begun = new Set(attempts.map(({ x }) => x))
  return [
    ...twice.map((number) => `trial ${number} was replaced twice`),
    ...open.map(({ number, state }) => `trial ${number} is ${state}`),
    ...trials.flatMap(({ number, state }) =>
      replaced.includes(number) && state !== 'failed' && !isCutShort(trials[number])
        ? [`trial ${number} is ${state} and was run again`]
        : [],
    ),
    ...[...completeOf].flatMap(([x, count]) => (count > 1 ? [`x=${x} is complete ${count} times`] : [])),
    ...[...begun].flatMap((x) => (endsOf.get(x) === 1 ? [] : [`x=${x} was begun and has ${endsOf.get(x) ?? 0} ends`])),
  ]
}

/** A trial with reports that was stopped with its run ends as a pruned one would, and is run again. */
const isCutShort = (trial: TrialRecord | undefined) =>
  trial?.state === 'pruned' && trial.systemAttrs[STOPPED] !== undefined

function overlapsOf(attempts: readonly Attempt[]): Verdict['overlaps'] {
  const byX = Map.groupBy(attempts, ({ x }) => x)
  return [...byX].flatMap(([x, all]) =>
    all.slice(1).flatMap((attempt, i) => {
      const before = all[i] as Attempt
      const overlapMs = before.last - attempt.first
      return overlapMs > 0 ? [{ x, trials: [before.trial, attempt.trial], overlapMs }] : []
    }),
  )
}

/** Values that a training was told are stored. */
function lostReports(trials: readonly TrialRecord[], truth: readonly TruthEntry[]): readonly string[] {
  return truth.flatMap(({ what, trial, x, epoch = 0 }) => {
    if (what !== 'reported') return []
    const isThere = trials[trial]?.params.x === x && hasReport(trials[trial], epoch, valueAt(x, epoch))
    return isThere ? [] : [`the report of trial ${trial} at ${epoch}`]
  })
}

function hasReport(trial: TrialRecord | undefined, step: number, value: number): boolean {
  return trial?.reports.some(([at, held]) => at === step && held === value) ?? false
}

const isAcknowledgement = ({ type }: WorkerEvent) => type === 'report' || type === 'trial-end'

/** Values and endings that a worker said are stored. */
function lostEvents(trials: readonly TrialRecord[], events: readonly WorkerEvent[]): readonly string[] {
  return events.filter(isAcknowledgement).flatMap((event) => {
    const trial = trials[event.trial ?? Number.NaN]
    const isThere =
      event.type === 'report'
        ? hasReport(trial, event.step ?? Number.NaN, event.value ?? Number.NaN)
        : trial?.state === event.state && trial?.params.x === event.params?.x
    return isThere ? [] : [`what a worker said: ${JSON.stringify(event)}`]
  })
}
