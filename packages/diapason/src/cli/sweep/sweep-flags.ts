import { InvalidArgumentError } from 'commander'
import { DiapasonError, OptionError } from '../../errors.ts'
import { ExpressionError } from '../../expressions/expression-error.ts'
import { type OutcomeLimit, parseOutcomeLimit } from '../../expressions/outcome-limit.ts'
import { type ParamRule, parseParamRule } from '../../expressions/param-rule.ts'
import { programOf, type ResultsSpec } from '../../runner/command/command-spec.ts'
import { studyNameOf } from '../../runner/study-file.ts'
import { compileSpace, type SearchSpace } from '../../space/search-space.ts'
import type { Direction, Fidelity } from '../../trial/history.ts'
import { DEFAULT_GRACE_MS } from '../run-plan.ts'
import { nestedSpace, type PathNode } from './nested-space.ts'
import { parseParamText } from './param-text.ts'
import { commandStudy, DEFAULT_LOG_BYTES, type Sweep, whereOf } from './sweep.ts'

/** Flags that define a command's study; undefined where they were not given. */
export interface SweepFlags {
  readonly param?: readonly PathNode[]
  readonly goal?: readonly (readonly [name: string, direction: Direction])[]
  /** Conditions on the parameters, as text. */
  readonly where?: readonly string[]
  readonly constrain?: readonly OutcomeLimit[]
  readonly pattern?: readonly (readonly [name: string, pattern: RegExp])[]
  readonly fidelity?: Fidelity
  readonly gpus?: readonly string[]
}

/** The study that flags and the words behind `--` define. @throws {DiapasonError} */
export function sweepFromFlags(flags: SweepFlags, words: readonly string[]): Sweep {
  const { param = [], goal = [], where: rules = [], constrain = [], pattern = [], fidelity, gpus } = flags
  if (param.length === 0) {
    throw new OptionError(
      'The command has no parameters',
      "Declare each by --param, such as --param 'lr=log 1e-5..1e-1'",
    )
  }
  if (goal.length === 0) {
    throw new OptionError('Nobody said what to optimise', "Name what the command prints: --goal 'maximize accuracy'")
  }
  const space = nestedSpace(param)
  const compiled = compileSpace(space)
  const where = whereOf(rules.map((text) => ruleOf(text, compiled)))
  const goals = Object.fromEntries(goal)
  const results: ResultsSpec = { patterns: Object.fromEntries(pattern), names: {}, take: 'last' }
  return {
    name: studyNameOf(programOf({ command: words })),
    definition: commandStudy(
      {
        goals,
        space,
        ...(where === undefined ? {} : { where }),
        ...(fidelity === undefined ? {} : { fidelity }),
      },
      {},
    ),
    command: {
      command: words,
      cwd: process.cwd(),
      env: {},
      paths: [...compiled.byName.keys()],
      goals,
      constraints: constrain,
      fidelity: fidelity?.name,
      results,
      limits: { memoryMb: undefined, graceMs: DEFAULT_GRACE_MS, logBytes: DEFAULT_LOG_BYTES },
      gpus: gpus === undefined ? undefined : { devices: gpus, perTrial: 1 },
    },
    test: undefined,
  }
}

function ruleOf(text: string, space: SearchSpace): ParamRule {
  try {
    return parseParamRule(text, space)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const problem = `--where '${text}' goes wrong at character ${error.offset + 1}: ${error.problem}`
    throw new OptionError(problem, error.remedy, { cause: error })
  }
}

/**
 * A sweep file's study with what may be said by flags too.
 * @throws {OptionError} where a flag says what only the file can
 */
export function withSweepFlags(sweep: Sweep, { gpus, ...flags }: SweepFlags): Sweep {
  refuseSweepFlags(flags)
  if (gpus === undefined) return sweep
  const perTrial = sweep.command.gpus?.perTrial ?? 1
  return { ...sweep, command: { ...sweep.command, gpus: { devices: gpus, perTrial } } }
}

/** @throws {OptionError} where a flag says what only a file can */
export function refuseSweepFlags(flags: SweepFlags): void {
  const names = ['param', 'goal', 'where', 'constrain', 'pattern', 'fidelity', 'gpus'] as const
  const given = names.find((name) => flags[name] !== undefined)
  if (given !== undefined) throw new OptionError(`--${given} is for a command behind --`, 'Say it in the file')
}

/** `--param`, once a parameter. @throws {InvalidArgumentError} */
export function parseParamFlag(text: string, before: readonly PathNode[] = []): readonly PathNode[] {
  const [, path = '', spec = ''] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(text) ?? []
  if (path === '') throw new InvalidArgumentError("Write NAME=RANGE, such as --param 'lr=log 1e-5..1e-1'.")
  return [...before, [path, orInvalid(() => parseParamText(path, spec))]]
}

/** `--goal`, once a goal. @throws {InvalidArgumentError} */
export function parseGoalFlag(text: string, before: SweepFlags['goal'] = []): NonNullable<SweepFlags['goal']> {
  const [, direction, name = ''] = /^\s*(maximize|minimize)\s+(\S.*?)\s*$/.exec(text) ?? []
  if (direction === undefined) throw new InvalidArgumentError("Write 'maximize NAME' or 'minimize NAME'.")
  return [...before, [name, direction as Direction]]
}

/** `--where`, once a condition; it is read when all parameters are known. */
export function parseWhereFlag(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** `--constrain`, once a limit; a name may stand before it: `size: params * 4 <= 25e6`. @throws {InvalidArgumentError} */
export function parseConstrainFlag(text: string, before: readonly OutcomeLimit[] = []): readonly OutcomeLimit[] {
  const [, name, rest = text] = /^\s*([^:"'`<>=]*[^:"'`<>=\s])\s*:(.*)$/s.exec(text) ?? []
  const limit = orInvalid(() => parseOutcomeLimit(rest, name))
  const other = before.find((each) => each.name === limit.name)
  if (other === undefined) return [...before, limit]
  throw new InvalidArgumentError(`Two limits are called ${limit.name}. Name one of them: '${limit.name} 2: ${rest}'.`)
}

/** `--pattern`, a metric's or the step's. @throws {InvalidArgumentError} */
export function parsePatternFlag(text: string, before: SweepFlags['pattern'] = []): NonNullable<SweepFlags['pattern']> {
  const [, name = '', source = ''] = /^\s*([^=]+?)\s*=(.*)$/s.exec(text) ?? []
  if (name === '' || source === '')
    throw new InvalidArgumentError("Write NAME=REGEX, such as 'accuracy=acc ([0-9.]+)'.")
  try {
    return [...before, [name, new RegExp(source, 'i')]]
  } catch (error) {
    throw new InvalidArgumentError(`${error instanceof Error ? error.message : error}.`)
  }
}

/** `--fidelity epochs=1..27`. @throws {InvalidArgumentError} */
export function parseFidelityFlag(text: string): Fidelity {
  const [, name, min, max] = /^\s*([A-Za-z_]\w*)\s*=\s*(\d+)\s*\.\.\s*(\d+)\s*$/.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError("Write NAME=MIN..MAX, such as 'epochs=1..27'.")
  return { name, min: Number(min), max: Number(max) }
}

/** `--gpus 0,1`. @throws {InvalidArgumentError} */
export function parseGpusFlag(text: string): readonly string[] {
  const devices = text.split(',').map((device) => device.trim())
  if (devices.every((device) => /^[\w-]+$/.test(device))) return devices
  throw new InvalidArgumentError("List devices as CUDA_VISIBLE_DEVICES takes them, such as '0,1'.")
}

function orInvalid<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof DiapasonError) throw new InvalidArgumentError(error.message)
    throw error
  }
}
