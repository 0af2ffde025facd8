import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { DiapasonError, SpaceError } from '../../errors.ts'
import { ExpressionError } from '../../expressions/expression-error.ts'
import { type OutcomeLimit, parseOutcomeLimit } from '../../expressions/outcome-limit.ts'
import { parseParamRule } from '../../expressions/param-rule.ts'
import { checkCommand } from '../../runner/command/command-runner.ts'
import { type CommandSpec, metricsOf } from '../../runner/command/command-spec.ts'
import { StudyFileError, studyNameOf } from '../../runner/study-file.ts'
import type { Entries } from '../../space/nodes.ts'
import { compileSpace } from '../../space/search-space.ts'
import { parseDuration } from '../../study/budget.ts'
import { parseGoals } from '../../study/goals.ts'
import type { Where } from '../../study/where.ts'
import { parsePruner, parseSampler } from '../options.ts'
import { DEFAULT_GRACE_MS } from '../run-plan.ts'
import { schemaProblem } from './schema-problem.ts'
import { commandStudy, DEFAULT_LOG_BYTES, type Sweep, whereOf } from './sweep.ts'
import { type SweepInput, sweepSchema } from './sweep-schema.ts'
import { placeInSweep, spaceOfSweep } from './sweep-space.ts'
import { parseYaml, type YamlSource } from './yaml-source.ts'

/**
 * Reads a sweep file, in YAML or JSON.
 * @throws {StudyFileError} in one line: file, line and column, what came, what to do
 */
export function loadSweepFile(file: string): Sweep {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) {
    throw new StudyFileError(`There is no file ${file}`, 'Give the path of a study file')
  }
  const source = parseYaml(readFileSync(file, 'utf8'), file)
  const parsed = sweepSchema.safeParse(source.data)
  if (!parsed.success) {
    const { path, which, problem, remedy } = schemaProblem(parsed.error, source.data, Object.keys(sweepSchema.shape))
    throw new StudyFileError(`${source.placeOf(path, which)}: ${problem}`, remedy)
  }
  const input = parsed.data
  const space = at(source, ['parameters'], () => spaceOfSweep(input.parameters))
  at(source, ['goals'], () => parseGoals(input.goals))
  const command = commandOf(input, space, source, dirname(resolve(file)))
  at(source, ['command'], () => checkCommand(command))
  const test = testOf(input, command)
  if (test !== undefined) at(source, ['test'], () => checkCommand(test))
  return { name: studyNameOf(file), definition: definitionOf(input, space, source), command, test }
}

/** The command of the final test, with its metric in the place of the goals. */
function testOf({ test, goals }: SweepInput, command: CommandSpec): CommandSpec | undefined {
  if (test === undefined) return undefined
  const words = typeof test.command === 'object' ? test.command.map(String) : test.command
  const direction = test.direction ?? Object.values(goals)[0] ?? 'minimize'
  return { ...command, command: words ?? command.command, goals: { [test.metric]: direction }, constraints: [] }
}

function definitionOf(input: SweepInput, space: Entries, source: YamlSource): Sweep['definition'] {
  const { name, goals, fidelity, sampler, pruner, seed, storage, budget = {}, resources = {} } = input
  const where = whereIn(input, space, source)
  const settings = {
    goals,
    space,
    ...(name === undefined ? {} : { name }),
    ...(where === undefined ? {} : { where }),
    ...(fidelity === undefined ? {} : { fidelity }),
    ...(sampler === undefined ? {} : { sampler: at(source, ['sampler'], () => parseSampler(sampler)) }),
    ...(pruner === undefined ? {} : { pruner: at(source, ['pruner'], () => parsePruner(pruner)) }),
    ...(seed === undefined ? {} : { seed }),
    ...(storage === undefined ? {} : { storage }),
  }
  const { trials, time, target } = budget
  const { jobs, timeout, grace } = resources
  return commandStudy(settings, {
    ...(trials === undefined ? {} : { trials }),
    ...(time === undefined ? {} : { time }),
    ...(target === undefined ? {} : { target }),
    ...(jobs === undefined ? {} : { concurrency: jobs }),
    ...(timeout === undefined ? {} : { trialTimeout: timeout }),
    ...(grace === undefined ? {} : { abortGraceMs: parseDuration('grace', grace) }),
  })
}

function commandOf(input: SweepInput, space: Entries, source: YamlSource, folder: string): CommandSpec {
  const { command, directory = '.', env = {}, goals, fidelity, resources = {}, results = {} } = input
  const { patterns = {}, names = {}, take = 'last', tensorboard, csv } = results
  const constraints = constraintsIn(input, source)
  const metrics = metricsOf({ goals, constraints })
  checkMetricNames(source, ['results', 'names'], names, metrics)
  checkMetricNames(source, ['results', 'patterns'], patterns, [...metrics, 'step'])
  const regular = Object.entries(patterns).map(([name, text]) => {
    const path = ['results', 'patterns', name]
    return [name, at(source, path, () => new RegExp(text, 'i'))] as const
  })
  const { memory, log, gpus, gpusPerTrial = 1, grace } = resources
  return {
    command: typeof command === 'string' ? command : command.map(String),
    cwd: resolve(folder, directory),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
    paths: [...compileSpace(space).byName.keys()],
    goals,
    constraints,
    fidelity: fidelity?.name,
    results: {
      patterns: Object.fromEntries(regular),
      names,
      take,
      ...(tensorboard === undefined ? {} : { tensorboard }),
      ...(csv === undefined ? {} : { csv }),
    },
    limits: {
      memoryMb: memory === undefined ? undefined : megabytes(memory),
      graceMs: grace === undefined ? DEFAULT_GRACE_MS : parseDuration('grace', grace),
      logBytes: log === undefined ? DEFAULT_LOG_BYTES : megabytes(log) * 2 ** 20,
    },
    gpus: gpus === undefined ? undefined : { devices: gpus.map(String), perTrial: gpusPerTrial },
  }
}

function whereIn({ where }: SweepInput, space: Entries, source: YamlSource): Where<unknown> | undefined {
  const compiled = compileSpace(space)
  if (typeof where === 'string') return whereOf([at(source, ['where'], () => parseParamRule(where, compiled))])
  return whereOf((where ?? []).map((text, i) => at(source, ['where', i], () => parseParamRule(text, compiled))))
}

function constraintsIn({ constraints = {} }: SweepInput, source: YamlSource): readonly OutcomeLimit[] {
  return Object.entries(constraints).map(([name, text]) =>
    at(source, ['constraints', name], () => parseOutcomeLimit(text, name)),
  )
}

/** @throws {StudyFileError} where a key is none of the metrics */
function checkMetricNames(source: YamlSource, path: readonly string[], given: object, known: readonly string[]): void {
  const other = Object.keys(given).find((name) => !known.includes(name))
  if (other === undefined) return
  const place = source.placeOf([...path, other], 'key')
  throw new StudyFileError(`${place}: no goal or constraint asks for "${other}"`, `Name one of ${known.join(', ')}`)
}

const UNITS: { readonly [unit: string]: number } = { KB: 1 / 1024, MB: 1, GB: 1024 }

/** A number is megabytes already. */
function megabytes(size: number | string): number {
  if (typeof size === 'number') return size
  const [, number, unit = ''] = /^\s*([\d.]+)\s*(\w+)\s*$/.exec(size) ?? []
  return Number(number) * (UNITS[unit.toUpperCase()] ?? Number.NaN)
}

/** Adds the place in the file to whatever a part of it makes somebody say. */
function at<T>(source: YamlSource, path: readonly (string | number)[], make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof ExpressionError) {
      throw new StudyFileError(`${source.placeIn(path, error.offset)}: ${error.problem}`, error.remedy, {
        cause: error,
      })
    }
    const parameters = (source.data as SweepInput).parameters
    const place = source.placeOf(error instanceof SpaceError ? placeInSweep(parameters, error.path) : path)
    const isForeseen =
      error instanceof DiapasonError || error instanceof InvalidArgumentError || error instanceof SyntaxError
    if (!isForeseen) throw error
    throw new PlacedError(`${place}: ${error.message.trim()}`, error)
  }
}

/** Its message holds problem and remedy already. */
class PlacedError extends StudyFileError {
  constructor(message: string, cause: unknown) {
    super('', '', { cause })
    this.message = message
  }
}
