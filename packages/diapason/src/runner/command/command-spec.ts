import { basename } from 'node:path'
import type { OutcomeLimit } from '../../expressions/outcome-limit.ts'
import type { Goals } from '../../study/goals.ts'

/** A program that trains one configuration: how it is called, where its results are read, and what it may use. */
export interface CommandSpec {
  /** Words are run as they are; one text is read by the shell. Both may hold placeholders such as `{lr}`. */
  readonly command: readonly string[] | string
  /** Where it runs; may hold placeholders. */
  readonly cwd: string
  /** Variables beside those of this process; values may hold placeholders. */
  readonly env: { readonly [name: string]: string }
  /** Of every parameter that a trial may have. */
  readonly paths: readonly string[]
  readonly goals: Goals
  /** Limits on what the program prints, beside the goals. */
  readonly constraints: readonly OutcomeLimit[]
  /** The fidelity's name: what counts as a step in what the program prints, and a placeholder for the budget. */
  readonly fidelity: string | undefined
  readonly results: ResultsSpec
  readonly limits: CommandLimits
  readonly gpus: GpuSpec | undefined
}

/** Where the results of a command are read. Lines that it prints and the results file are always read. */
export interface ResultsSpec {
  /** By metric, and under `step` for the step: regular expressions, whose group `value` (or first group) is the number. */
  readonly patterns: { readonly [name: string]: RegExp }
  /** What the program calls a metric, where it is not the metric's own name: a TensorBoard tag, a column, a key of JSON. */
  readonly names: { readonly [metric: string]: string }
  /** Which of the values seen becomes the trial's (default: the last one). */
  readonly take: 'last' | 'best'
  /** A folder with TensorBoard's event files; may hold placeholders. */
  readonly tensorboard?: string
  /** A CSV file with a column a goal; may hold placeholders. */
  readonly csv?: string
}

/** What a trial of a command may use. */
export interface CommandLimits {
  /** Resident memory of the program and all it starts, in MB; undefined: no limit. */
  readonly memoryMb: number | undefined
  /** From SIGTERM to SIGKILL, in ms. */
  readonly graceMs: number
  /** Bytes of a trial's log that are kept. */
  readonly logBytes: number
}

/** Graphics processors that trials are spread over, one device (or several, or a share of one) a trial. */
export interface GpuSpec {
  /** As CUDA_VISIBLE_DEVICES takes them. */
  readonly devices: readonly string[]
  /** Devices for one trial: 1, 2, …, or a share such as 0.5. */
  readonly perTrial: number
}

/** The program of a command as a person knows it: `train.py` of `python train.py`. */
export function programOf({ command }: Pick<CommandSpec, 'command'>): string {
  const words = typeof command === 'string' ? command.trim().split(/\s+/) : command
  const script = words.find((word) => /^[\w./\\-]+\.(py|sh|js|mjs|ts|jl|R|rb|lua|exe)$/i.test(word))
  return basename(script ?? words[0] ?? 'the command')
}

/** A metric of every command, which it need not print: from its start to its end, in seconds. */
export const SECONDS_METRIC = 'trial.seconds'

/** All metrics that a command is asked for: its goals, and what its constraints depend on. */
export function metricsOf({ goals, constraints }: Pick<CommandSpec, 'goals' | 'constraints'>): readonly string[] {
  return [...new Set([...Object.keys(goals), ...constraints.flatMap(({ metrics }) => metrics)])]
}
