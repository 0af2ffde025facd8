import { ablatedTrial, ablation } from '../../analysis/ablation.ts'
import { atBounds } from '../../analysis/at-bounds.ts'
import { defaultTrial, sameParams } from '../../analysis/default-trial.ts'
import { outlookWords } from '../../analysis/outlook-words.ts'
import { comparePaired } from '../../analysis/paired-comparison.ts'
import { paramChanges } from '../../analysis/param-changes.ts'
import { measureSavings, wasStopped } from '../../analysis/savings.ts'
import { studyAdvice } from '../../analysis/study-advice.ts'
import { countTrials } from '../../analysis/trial-counts.ts'
import { messageOf } from '../../errors.ts'
import type { ParamValues } from '../../space/search-space.ts'
import type { Goal } from '../../trial/history.ts'
import type { TrialRecord } from '../../trial/trial-record.ts'
import type { AnyStudy, RunInfo, RunSummary } from '../progress.ts'
import { withFlags } from '../started-with.ts'
import { studyCommand } from '../text/command-line.ts'
import type { ConfirmedWinner, FinalReport, NextStep, ReportedConfig, TestResult } from './final-report.ts'
import type { TestScores } from './final-test.ts'
import { verdictOf } from './verdict.ts'

const CUT_TEST = 'The test was stopped early; the interval would be narrower with all its seeds.'

/** What a report is built from. */
export interface ReportParts {
  readonly info: RunInfo
  readonly summary: RunSummary
  /** Undefined where no test was run. */
  readonly scores: TestScores | undefined
  /** How the run is started, without the options that resume it. */
  readonly command?: string | undefined
}

/** Puts together what a run came to. */
export function buildReport({ info, summary, scores, command }: ReportParts): FinalReport {
  const { study, result } = summary
  const defaults = defaultConfig(study)
  const best = bestOf(summary).map(({ record }) => reportedConfig(record, study.goals))
  const [winner] = best
  const single = study.goals.length === 1 ? winner : undefined
  const test = testResult(scores)
  const bounds = single === undefined ? [] : atBounds(study.space, single.params)
  return {
    study: study.name,
    storage: info.storage,
    goals: study.goals,
    verdict: verdictOf({ goals: study.goals, defaults, best, test: test.result }),
    defaults: defaults ?? null,
    best,
    confirmation: confirmedWinner(summary.confirmation) ?? null,
    ablation: single === undefined ? null : (ablationOf(study, single.trial) ?? null),
    test: test.result ?? null,
    testFailure: test.failure ?? null,
    changes: defaults === undefined || single === undefined ? [] : paramChanges(defaults.params, single.params),
    cost: {
      counts: countTrials(study.trials),
      stopped: {
        pruned: study.trials.filter((trial) => trial.state === 'pruned' && wasStopped(trial)).length,
        failed: study.trials.filter((trial) => trial.state === 'failed' && wasStopped(trial)).length,
      },
      trialsNow: result?.trials ?? Math.max(0, study.trials.length - info.earlier.length),
      elapsedMs: result?.elapsedMs ?? summary.endedAt - info.startedAt,
    },
    savings: measureSavings(study.trials, study.fidelity) ?? null,
    atBounds: bounds,
    advice: [...studyAdvice(study, single), ...(scores?.isStopped && scores.baseline.length > 0 ? [CUT_TEST] : [])],
    outlook: outlookWords(study) ?? null,
    next: nextSteps(study, info, command),
    reason: result?.reason ?? null,
    error: summary.error ?? null,
  }
}

/** That of the best, where it was measured. */
const ablationOf = (study: AnyStudy, best: number | null) =>
  best !== null && ablatedTrial(study.trials) === best ? ablation(study, best) : undefined

/** The confirmed winner; without one the best of the search, or with several goals those that none beats. */
export function bestOf({ study, confirmation }: Pick<RunSummary, 'study' | 'confirmation'>) {
  const record = confirmation && study.trials[confirmation.winner.number]
  return record === undefined ? study.bestTrials : [{ record, params: study.paramsOf(record) }]
}

function confirmedWinner(confirmation: RunSummary['confirmation']): ConfirmedWinner | undefined {
  if (confirmation === undefined) return undefined
  const { winner, finalists, cheaper, noise, optimism } = confirmation
  return {
    trial: winner.number,
    mean: winner.mean,
    interval: winner.interval,
    chanceBest: winner.chanceBest,
    finalists: finalists.length,
    runs: finalists.reduce((sum, { runs }) => sum + runs.length, 0),
    noise,
    optimism,
    cheaper: cheaper ? { trial: cheaper.number, mean: cheaper.mean, costShare: cheaper.costMs / winner.costMs } : null,
  }
}

/** The default configuration with the values of its trial, where it ran; undefined where nobody declared one. */
export function defaultConfig(study: AnyStudy): ReportedConfig | undefined {
  const trial = defaultTrial(study.trials, study.defaults)
  const params: ParamValues | undefined = study.defaults ?? trial?.params
  if (params === undefined) return undefined
  // A queued default that has not started carries no parameters yet.
  if (trial === undefined || !sameParams(trial.params, params)) return { trial: null, values: {}, params }
  return { ...reportedConfig(trial, study.goals), params }
}

function reportedConfig(trial: TrialRecord, goals: readonly Goal[]): ReportedConfig {
  const values = trial.state === 'complete' ? trial.values : []
  return {
    trial: trial.number,
    values: Object.fromEntries(values.map((value, g) => [goals[g]?.name ?? `value${g}`, value])),
    params: trial.params,
  }
}

function testResult(scores: TestScores | undefined): { readonly result?: TestResult; readonly failure?: string } {
  if (scores === undefined) return {}
  const { baseline, candidate, failure, elapsedMs } = scores
  if (failure !== undefined) return { failure }
  if (baseline.length === 0) return { failure: 'it was stopped before both had been trained once' }
  try {
    const isShare = [...baseline, ...candidate].every((row) =>
      Array.from(row).every((score) => score === 0 || score === 1),
    )
    return { result: { ...comparePaired(baseline, candidate), isShare, elapsedMs } }
  } catch (error) {
    return { failure: messageOf(error) }
  }
}

function nextSteps(study: AnyStudy, info: RunInfo, command: string | undefined): NextStep[] {
  const stored = info.storage !== 'memory'
  const finished = study.trials.filter(({ state }) => state === 'complete' || state === 'pruned' || state === 'failed')
  const steps: NextStep[] = []
  if (stored) steps.push({ words: 'look closer', command: studyCommand('show', study.name, info.storage) })
  const failed = study.trials.findLast(({ state }) => state === 'failed')
  if (stored && failed !== undefined && info.runner === 'command') {
    const logs = studyCommand('logs', study.name, info.storage)
    steps.push({ words: 'a failure', command: logs.replace(/(?= --storage )|$/, ` ${failed.number}`) })
  }
  if (stored && command !== undefined) {
    const trials = 2 * Math.max(1, finished.length)
    steps.push({ words: 'go on', command: withFlags(command, `--resume --trials ${trials}`) })
  }
  return steps
}
