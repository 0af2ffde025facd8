import { randomUUID } from 'node:crypto'
import { WORKER_NAME_VARIABLE, workerName } from '../../storage/worker-name.ts'
import type { LiveTrial } from '../../study/live-trial.ts'
import type { CommandSpec } from './command-spec.ts'
import { valueWord, variableOf } from './param-words.ts'
import { fillText, type Lookup } from './template.ts'
import type { TrialFolder } from './trial-folder.ts'

/** The variable by which whatever a trial starts is known as the trial's. */
const MARK = 'DIAPASON_TRIAL_KEY'

/** What is known of a trial when its program is started. */
export interface TrialSetting {
  readonly spec: CommandSpec
  readonly study: string
  readonly trial: LiveTrial<unknown>
  readonly folder: TrialFolder
  readonly lookup: Lookup
  /** A value of CUDA_VISIBLE_DEVICES, or undefined. */
  readonly devices: string | undefined
}

/** The environment of a trial's program, and the entry in it that marks its processes. */
export function environmentOf(setting: TrialSetting): { readonly env: NodeJS.ProcessEnv; readonly mark: string } {
  const { spec, study, trial, folder, lookup, devices } = setting
  const key = randomUUID()
  const params = Object.entries(trial.values).map(([path, value]) => [variableOf(path), valueWord(value)])
  const own = Object.entries(spec.env).flatMap(([name, text]) => {
    const value = fillText(text, lookup)
    return value === undefined ? [] : [[name, value]]
  })
  const env: NodeJS.ProcessEnv = {
    // Python holds back what it prints into a pipe, and a report that comes at the end prunes nothing.
    PYTHONUNBUFFERED: '1',
    ...process.env,
    ...(devices === undefined ? {} : { CUDA_VISIBLE_DEVICES: devices }),
    ...Object.fromEntries(own),
    ...Object.fromEntries(params),
    DIAPASON_STUDY: study,
    DIAPASON_TRIAL: String(trial.number),
    DIAPASON_SEED: String(trial.seed),
    ...(Number.isFinite(trial.budget) ? { DIAPASON_BUDGET: String(trial.budget) } : {}),
    DIAPASON_PARAMS: JSON.stringify(trial.params),
    DIAPASON_PARAMS_FILE: folder.paramsFile,
    DIAPASON_TRIAL_DIR: folder.path,
    DIAPASON_CHECKPOINT_DIR: folder.checkpoint,
    DIAPASON_RESULTS_FILE: folder.resultsFile,
    ...(process.platform === 'win32' ? {} : { DIAPASON_FD: '3' }),
    [WORKER_NAME_VARIABLE]: workerName(),
    [MARK]: key,
  }
  return { env, mark: `${MARK}=${key}` }
}
