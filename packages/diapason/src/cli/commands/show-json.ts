import { ablation } from '../../analysis/ablation.ts'
import { defaultTrial } from '../../analysis/default-trial.ts'
import { outlookWords } from '../../analysis/outlook-words.ts'
import { measureSavings } from '../../analysis/savings.ts'
import { countTrials } from '../../analysis/trial-counts.ts'
import { trialJson } from '../../analysis/trial-json.ts'
import type { StudyRecord } from '../../storage/storage.ts'
import { methodChanges } from '../../study/method-changes.ts'
import { ATTR } from '../../study/study-parts.ts'
import { jsonText } from '../../text/json.ts'
import type { AnyStudy } from '../progress.ts'
import { adviceOn } from './advice-on.ts'

/** What `diapason show --json` writes. */
export function showJson(study: AnyStudy, record: StudyRecord): string {
  const { name, goals, trials, fidelity, space, bestTrials } = study
  const trial = defaultTrial(trials, study.defaults)
  return jsonText({
    study: name,
    goals: Object.fromEntries(goals.map((goal) => [goal.name, goal.direction])),
    fidelity: fidelity ?? null,
    seed: record.systemAttrs[ATTR.seed] ?? null,
    sampler: record.systemAttrs[ATTR.sampler] ?? null,
    where: record.systemAttrs[ATTR.where] ?? null,
    pruner: record.systemAttrs[ATTR.pruner] ?? null,
    methodChanges: methodChanges(trials),
    userAttrs: record.userAttrs,
    counts: countTrials(trials),
    savings: measureSavings(trials, fidelity) ?? null,
    best: bestTrials.map((best) => trialJson(best.record, goals)),
    ablation: ablation(study) ?? null,
    outlook: outlookWords(study) ?? null,
    advice: adviceOn(study),
    default: trial === undefined ? null : trialJson(trial, goals),
    space: space.parameters.map((parameter) => ({
      path: parameter.name,
      ...parameter.distribution,
      default: parameter.default ?? null,
      condition: parameter.condition ?? null,
    })),
  })
}
