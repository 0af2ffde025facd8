import { join } from 'node:path'
import { OptionError } from '../errors.ts'
import { checkCommand, openCommandRunner } from '../runner/command/command-runner.ts'
import type { CommandSpec } from '../runner/command/command-spec.ts'
import { createGpuSlots } from '../runner/command/gpu-slots.ts'
import { studyFolder } from '../runner/command/trial-folder.ts'
import { inProcessRunner } from '../runner/in-process.ts'
import type { OutputLine, Runner } from '../runner/runner.ts'
import { loadStudyFile, studyNameOf } from '../runner/study-file.ts'
import { inProcessTests, openTestPool, type TestRunner, testsIn } from '../runner/test-runner.ts'
import { openWorkerPool } from '../runner/worker-pool.ts'
import { studyCheckpoints } from '../storage/checkpoint-folder.ts'
import type { Goals } from '../study/goals.ts'
import { ATTR } from '../study/study-parts.ts'
import { firstTrialOf } from '../trial/continuation.ts'
import type { AnyStudy, RunInfo } from './progress.ts'
import type { PlannedSource, RunPlan } from './run-plan.ts'
import type { Sweep } from './sweep/sweep.ts'

/** What a run tunes, and where its trials run: a study file in processes of ours, or a command. */
export interface RunSource extends PlannedSource {
  runnerName(plan: RunPlan): RunInfo['runner']
  openRunner(context: RunnerContext): Promise<Runner> | Runner
  /** Undefined where the study has no final test. */
  openTests(
    context: Pick<RunnerContext, 'plan' | 'study' | 'jobs'>,
  ): (() => Promise<TestRunner> | TestRunner) | undefined
}

/** What a runner needs to know of the run. */
export interface RunnerContext {
  readonly plan: RunPlan
  readonly study: AnyStudy
  readonly jobs: number
  /** Gives up while the runner is being opened. */
  readonly signal: AbortSignal
  readonly onOutput: (line: OutputLine) => void
}

/** A study file. @throws {StudyFileError} where it cannot be loaded */
export async function studyFileSource(file: string): Promise<RunSource> {
  const definition = await loadStudyFile(file)
  return {
    name: studyNameOf(file),
    definition,
    jobs: undefined,
    runnerName: ({ inProcess }) => (inProcess ? 'in-process' : 'worker-pool'),
    openRunner({ plan, jobs, signal, onOutput }) {
      if (plan.inProcess) return inProcessRunner(definition.objective, jobs, file)
      const { memoryMb: heapMb, graceMs } = plan
      const { arrange } = definition.objective
      return openWorkerPool({ file, jobs, heapMb, graceMs, signal, onOutput, ...(arrange && { arrange }) })
    },
    openTests({ plan, jobs }) {
      const { test } = definition
      if (test === undefined) return undefined
      if (plan.inProcess) return () => inProcessTests(test, jobs)
      const { memoryMb: heapMb, graceMs } = plan
      // What a test prints would write across the last screen.
      return () => openTestPool({ file, jobs, heapMb, graceMs, onOutput() {} })
    },
  }
}

/** A command. @throws {OptionError} where it cannot be filled in from the study's parameters */
export function commandSource({ name, definition, command, test }: Sweep): RunSource {
  checkCommand(command)
  return {
    name,
    definition,
    jobs: command.gpus === undefined ? undefined : createGpuSlots(command.gpus).count,
    runnerName: () => 'command',
    openRunner: async ({ plan, study, jobs, onOutput }) =>
      openCommandRunner({
        spec: withLimits(command, plan),
        jobs,
        study: study.name,
        folder: folderOf(study),
        checkpoints: await checkpointsOf(study, plan),
        onOutput,
        firstAttempt: (number) => firstAttemptOf(study, number),
      }),
    openTests({ plan, study, jobs }) {
      if (test === undefined) return undefined
      const folder = folderOf(study)
      return () =>
        scoresIn(
          testsIn(
            openCommandRunner({
              spec: withLimits(test, plan),
              jobs,
              study: study.name,
              folder: folder === undefined ? undefined : join(folder, 'test'),
              onOutput() {},
              firstAttempt: (number) => number,
            }),
          ),
          test.goals,
        )
    },
  }
}

function withLimits(spec: CommandSpec, { inProcess, memoryMb, graceMs }: RunPlan): CommandSpec {
  if (inProcess) throw new OptionError('A command cannot run in this process', 'Leave --in-process out')
  return { ...spec, limits: { ...spec.limits, memoryMb: memoryMb ?? spec.limits.memoryMb, graceMs } }
}

function folderOf({ name, storage }: AnyStudy): string | undefined {
  return storage.url === 'memory' ? undefined : studyFolder(storage.url, name)
}

/** The study's part of the folder that all workers see; undefined where there is none. */
async function checkpointsOf({ name, storage }: AnyStudy, { checkpoints }: RunPlan): Promise<string | undefined> {
  const record = checkpoints === undefined ? undefined : await storage.findStudy(name)
  return record && checkpoints && studyCheckpoints(checkpoints, record)
}

/** A test's single number as the score of one example, more being better. */
function scoresIn(tests: TestRunner, goals: Goals): TestRunner {
  const [[metric, direction] = ['', 'maximize']] = Object.entries(goals)
  return {
    ...tests,
    async run(config, context) {
      const value = ((await tests.run(config, context)) as { readonly [metric: string]: number })[metric] ?? Number.NaN
      return [direction === 'maximize' ? value : -value]
    },
  }
}

/** The trial whose configuration this one continues, or repeats after an interruption: its checkpoints are there. */
function firstAttemptOf({ trials }: AnyStudy, trial: number): number {
  const record = trials[trial]
  const number = record === undefined ? trial : firstTrialOf(trials, record)
  const history = trials[number]?.systemAttrs[ATTR.retryHistory]
  const first: unknown = Array.isArray(history) ? history[0] : undefined
  return typeof first === 'number' ? first : number
}
