import { distributionToJson } from '../../packages/diapason/src/storage/optuna-distribution.ts'
import { timeText } from '../../packages/diapason/src/storage/sql/stored-text.ts'
import type { Storage } from '../../packages/diapason/src/storage/storage.ts'
import type { TrialRecord } from '../../packages/diapason/src/trial/trial-record.ts'
import type { OptunaStudy, OptunaTrial } from './python.ts'

/** Everything that we read, told as optuna_side.py tells it. */
export async function ourView(storage: Storage): Promise<OptunaStudy[]> {
  const studies: OptunaStudy[] = []
  for (const { id, name, directions, userAttrs, systemAttrs } of await storage.listStudies()) {
    const { trials } = await storage.readTrials(id)
    const metricNames = (systemAttrs['study:metric_names'] as readonly string[] | undefined) ?? null
    studies.push({ name, directions, userAttrs, metricNames, trials: trials.map(comparableTrial) })
  }
  return studies.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function comparableTrial(trial: TrialRecord): OptunaTrial {
  const reason = trial.state === 'failed' ? { 'diapason:reason': trial.reason } : {}
  return {
    number: trial.number,
    state: trial.state === 'failed' ? 'fail' : trial.state,
    values: 'values' in trial ? trial.values : [],
    params: Object.entries(trial.params),
    distributions: Object.fromEntries(
      Object.entries(trial.distributions).map(([name, distribution]) => [name, distributionToJson(distribution)]),
    ),
    reports: trial.reports,
    userAttrs: trial.userAttrs,
    systemAttrs: { ...trial.systemAttrs, ...reason },
    startedAt: trial.startedAt === undefined ? null : timeText(trial.startedAt),
    finishedAt: 'finishedAt' in trial ? timeText(trial.finishedAt) : null,
  }
}
