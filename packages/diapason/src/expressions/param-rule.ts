import type { ParamValue } from '../space/distribution.ts'
import type { ParamValues, SearchSpace } from '../space/search-space.ts'
import { valueText } from '../text/param-text.ts'
import { checkExpression, checkTruth, copiesOf, type Kind, type KnownNames, kindOf } from './check.ts'
import { evaluatorOf, isRepeated } from './evaluate.ts'
import { namesIn } from './expression.ts'
import { parseExpression } from './parse.ts'

/** A condition on the parameters, written as text. */
export interface ParamRule {
  readonly text: string
  /**
   * Why a configuration breaks the rule, in a sentence; undefined where it keeps it. A rule is kept where it depends on a parameter that
   * takes no part.
   */
  refusal(values: ParamValues): string | undefined
}

/**
 * Reads a condition such as `batch * accumulate <= 512`, `layers > 1 or dropout == 0`, `sum(layers[].units) <= 1024`. Names are
 * paths; others than letters, digits and dots go between backticks.
 * @throws {ExpressionError} with the place: it cannot be read, or names what the space does not have
 */
export function parseParamRule(text: string, space: SearchSpace): ParamRule {
  const expression = parseExpression(text)
  checkTruth(expression, checkExpression(expression, namesOf(space)))
  const holds = evaluatorOf(expression)
  const names = namesIn(expression)
  const copies = new Map(names.filter(isRepeated).map((name) => [name, pathsOf(name, space)]))
  const paths = names.flatMap((name) => copies.get(name) ?? [name])
  return {
    text,
    refusal(values) {
      const known = {
        lookUp: (name: string) => values[name],
        numbersOf: (name: string) => (copies.get(name) ?? []).flatMap((path) => numbersIn(values[path])),
      }
      if (holds(known) !== false) return undefined
      const held = paths.filter((path) => values[path] !== undefined)
      return `${text} does not hold where ${held.map((path) => `${path} is ${valueText(values[path] ?? null)}`).join(', ')}`
    },
  }
}

function pathsOf(name: string, { parameters }: SearchSpace): readonly string[] {
  const pattern = copiesOf(name)
  return parameters.map((parameter) => parameter.name).filter((path) => pattern.test(path))
}

function numbersIn(value: ParamValue | undefined): readonly number[] {
  return typeof value === 'number' ? [value] : []
}

function namesOf({ parameters, byName }: SearchSpace): KnownNames {
  const choicesOf = (name: string) => {
    const distribution = byName.get(name)?.distribution
    return distribution?.kind === 'categorical' ? distribution.choices : undefined
  }
  return {
    what: 'parameter',
    list: parameters.map(({ name }) => name),
    kindsOf: (name) => new Set<Kind>(choicesOf(name)?.map(kindOf) ?? ['number']),
    optionsOf: choicesOf,
  }
}
