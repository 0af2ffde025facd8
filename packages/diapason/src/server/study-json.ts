import { atBounds } from '../analysis/at-bounds.ts'
import { defaultTrial } from '../analysis/default-trial.ts'
import { paramAxis } from '../analysis/param-axis.ts'
import { trialJson } from '../analysis/trial-json.ts'
import type { StudySummary } from '../storage/storage.ts'
import { controlOf } from '../study/control.ts'
import { goalsOf } from '../study/goals.ts'
import { ATTR } from '../study/study-parts.ts'
import { continuationOf, pausedAt } from '../trial/continuation.ts'
import { isFeasible } from '../trial/feasibility.ts'
import { earlierParts, pausesOf, successors } from '../trial/training-parts.ts'
import { fixedParams, type TrialRecord } from '../trial/trial-record.ts'
import { readNote } from './notes.ts'
import type { OpenedStudy } from './study-shelf.ts'
import { totalsJson } from './totals-json.ts'

/** A line of the list of studies. */
export function summaryJson(summary: StudySummary) {
  const { id, name, counts, startedAt } = summary
  return { id, name, goals: goalsOf(summary), counts, startedAt: startedAt ?? null }
}

/** A study without its trials. */
export function studyJson({ study, record, version, reading }: OpenedStudy) {
  const { name, goals, trials, fidelity, space, bestTrials, defaults } = study
  const usual = defaultTrial(trials, defaults)
  const best = bestTrials.map((each) => each.record)
  const [winner] = best
  return {
    id: record.id,
    name,
    version,
    /** How many trials are read so far, and of how many, while a large study is being opened. */
    reading: reading === undefined ? null : { read: trials.length, of: reading },
    goals,
    fidelity: fidelity ?? null,
    seed: record.systemAttrs[ATTR.seed] ?? null,
    sampler: record.systemAttrs[ATTR.sampler] ?? null,
    pruner: record.systemAttrs[ATTR.pruner] ?? null,
    /** What somebody asked of its processes last, or null. */
    control: controlOf(record.systemAttrs) ?? null,
    note: readNote(record),
    userAttrs: record.userAttrs,
    ...totalsJson(study, best),
    default: usual === undefined ? null : trialJson(usual, goals),
    defaults: defaults ?? null,
    atBounds: goals.length === 1 && winner !== undefined ? atBounds(space, winner.params) : [],
    space: space.parameters.map((parameter) => ({
      path: parameter.name,
      ...parameter.distribution,
      default: parameter.default ?? null,
      condition: parameter.condition ?? null,
      axis: paramAxis(parameter),
    })),
    now: Date.now(),
  }
}

/** A trial with its note. */
export function fullTrialJson({ study, record }: OpenedStudy, trial: TrialRecord) {
  const worker = trial.systemAttrs[ATTR.worker]
  return {
    ...trialJson(trial, study.goals),
    ...standingJson(study.trials, trial),
    training: trainingJson(study, trial),
    fixedParams: fixedParams(trial) ?? null,
    worker: typeof worker === 'string' ? worker : null,
    note: readNote(record, trial.id),
  }
}

/** What a trial is to others, and whether it counts. */
export function standingJson(trials: readonly TrialRecord[], trial: TrialRecord) {
  return {
    /** The step that it was paused at, or null. */
    pausedAt: pausedAt(trial) ?? null,
    /** The trial that it continues, and from which step, or null. */
    continues: continuationOf(trial) ?? null,
    continuedBy: successors(trials).get(trial.number) ?? null,
    /** Does it keep its constraints? */
    isFeasible: isFeasible(trial),
  }
}

/** The training that a trial is a part of, where that has several. */
function trainingJson({ trials, goals }: OpenedStudy['study'], trial: TrialRecord) {
  for (const [number, earlier] of earlierParts(trials)) {
    const latest = trials[number]
    if (latest === undefined || (latest !== trial && !earlier.includes(trial))) continue
    const parts = [...earlier, latest]
    return {
      parts: parts.map((part) => {
        const { reports, userAttrs: _, ...row } = trialJson(part, goals)
        return { ...row, ...standingJson(trials, part), last: reports[reports.length - 1] ?? null }
      }),
      /** The whole curve, which the last part has. */
      reports: latest.reports,
      pauses: pausesOf(latest, earlier),
    }
  }
  return null
}
