import { rmSync } from 'node:fs'
import type { LiveTrial } from '../../study/live-trial.ts'
import type { OutputLine, Runner } from '../runner.ts'
import type { CommandSpec } from './command-spec.ts'
import { createGpuSlots } from './gpu-slots.ts'
import { startGuardian } from './guardian.ts'
import { checkVariables } from './param-words.ts'
import { checkPlaceholders } from './placeholders.ts'
import { runCommandTrial } from './run-command-trial.ts'
import { temporaryStudyFolder, trialFolder } from './trial-folder.ts'
import type { TrialProcess } from './trial-process.ts'

/** How commands are run. */
export interface CommandRunnerOptions {
  readonly spec: CommandSpec
  /** Trials at the same time, at least 1. */
  readonly jobs: number
  /** The study's name, for the program. */
  readonly study: string
  /** Where trials keep their files; undefined: in a temporary folder that goes with the runner. */
  readonly folder: string | undefined
  /** Where their checkpoints lie instead, for all workers to see; undefined: there, too. */
  readonly checkpoints?: string | undefined
  readonly onOutput: (line: OutputLine) => void
  /** The trial that began what this one goes on with after an interruption: itself in most cases. */
  readonly firstAttempt: (trial: number) => number
}

/** @throws {OptionError} where the command cannot be filled in from what the study has */
export function checkCommand(spec: CommandSpec): void {
  checkPlaceholders(spec)
  checkVariables(spec.paths)
  if (spec.gpus !== undefined) createGpuSlots(spec.gpus)
}

/**
 * Runs a program for each trial. Whatever becomes of it fails its own trial alone, in words, and nothing that it
 * started outlives the trial.
 */
export function openCommandRunner(options: CommandRunnerOptions): Runner {
  const { spec, jobs, study, checkpoints, onOutput, firstAttempt } = options
  const guardian = startGuardian(spec.limits.graceMs)
  const folder = options.folder ?? temporaryStudyFolder()
  const slots = spec.gpus === undefined ? undefined : createGpuSlots(spec.gpus)
  const running = new Set<TrialProcess>()
  const onStart = (process: TrialProcess) => {
    running.add(process)
    void process.ended.then(() => running.delete(process))
  }
  return {
    jobs: Math.min(jobs, slots?.count ?? jobs),
    async run(_params, trial: LiveTrial<unknown>) {
      const devices = await slots?.take()
      try {
        const files = trialFolder(folder, trial.number, firstAttempt(trial.number), checkpoints)
        // Checked by the study, as every objective's result is.
        return (await runCommandTrial({ spec, study, trial, files, devices, guardian, onStart, onOutput })) as never
      } finally {
        if (devices !== undefined) slots?.giveBack(devices)
      }
    },
    limit: (lease) => guardian.limit(lease),
    async close() {
      const left = [...running]
      for (const process of left) process.stop(spec.limits.graceMs)
      await Promise.all(left.map(({ ended }) => ended))
      guardian.close()
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
