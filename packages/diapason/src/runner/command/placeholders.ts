import { OptionError } from '../../errors.ts'
import type { LiveTrial } from '../../study/live-trial.ts'
import { closestName } from '../../text/closest-name.ts'
import type { CommandSpec } from './command-spec.ts'
import { flagWords, valueWord } from './param-words.ts'
import { type Lookup, placeholdersOf } from './template.ts'
import type { TrialFolder } from './trial-folder.ts'

/** Placeholders beside the parameters and the fidelity. */
const FACTS = ['params', 'params.json', 'trial', 'seed', 'budget', 'folder', 'checkpoint'] as const

/** What the placeholders of one trial stand for. */
export function lookupOf(spec: CommandSpec, trial: LiveTrial<unknown>, folder: TrialFolder): Lookup {
  const { values, number, seed, budget } = trial
  const facts: { readonly [K in (typeof FACTS)[number]]: string | readonly string[] | undefined } = {
    params: flagWords(values),
    'params.json': folder.paramsFile,
    trial: String(number),
    seed: String(seed),
    budget: Number.isFinite(budget) ? String(budget) : undefined,
    folder: folder.path,
    checkpoint: folder.checkpoint,
  }
  return (name) => {
    if (Object.hasOwn(values, name)) return valueWord(values[name] ?? null)
    if (name === spec.fidelity) return facts.budget
    return Object.hasOwn(facts, name) ? facts[name as keyof typeof facts] : undefined
  }
}

/** @throws {OptionError} where a placeholder names nothing that a trial could have */
export function checkPlaceholders(spec: CommandSpec): void {
  const { paths } = spec
  const known = new Set([...paths, ...FACTS, ...(spec.fidelity === undefined ? [] : [spec.fidelity])])
  const words = typeof spec.command === 'string' ? [spec.command] : spec.command
  const texts = [
    ...words,
    ...Object.values(spec.env),
    ...[spec.results.tensorboard, spec.results.csv, spec.cwd].filter((text) => text !== undefined),
  ]
  for (const name of texts.flatMap(placeholdersOf)) {
    if (!known.has(name)) throw unknownPlaceholder(name, paths)
  }
}

function unknownPlaceholder(name: string, paths: readonly string[]): OptionError {
  const last = (path: string) => path.split('.').at(-1)?.toLowerCase()
  const close = paths.find((path) => last(path) === last(name)) ?? closestName(name, [...paths, ...FACTS])
  const list = paths.length > 12 ? `${paths.slice(0, 12).join(', ')}, …` : paths.join(', ')
  const hint = close === undefined ? `Parameters are ${list}` : `Did you mean {${close}}? Parameters are ${list}`
  return new OptionError(
    `The placeholder {${name}} names no parameter`,
    `${hint}; also known are ${FACTS.join(', ')}; {{${name}}} stands for {${name}} itself`,
  )
}
