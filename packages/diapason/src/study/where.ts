import { SpaceError } from '../errors.ts'
import { isActive, type ParamValues } from '../space/search-space.ts'
import type { Draft, Filled, ParamSource } from './param-source.ts'

/**
 * Says which configurations may be tried: true, or false or a sentence that says why not. Asked often, also for configurations that
 * are never tried: it should be quick and depend on its arguments alone.
 */
export interface Where<P> {
  /** @param values the same parameters by path, as they are stored */
  (params: P, values: ParamValues): boolean | string
  /**
   * What it says as text, where it was made from text: stored with the study, and whoever goes on with the study has to say the
   * same. Absent: nobody can compare it.
   */
  readonly rules?: readonly string[]
}

/** Random draws for what nobody fixed, before a trial is given up. */
const TRIES = 1000

/** A source that gives only configurations that `where` allows. @throws {SpaceError} where its default configuration is not one */
export function restrictedSource<P>(source: ParamSource<P>, where: Where<P>): ParamSource<P> {
  const refusal = (value: P, values: ParamValues): string | undefined => {
    const verdict = where(value, values)
    if (typeof verdict === 'string') return verdict
    return verdict ? undefined : 'it returned false'
  }

  /** Why not; undefined where it may be, or where too little is fixed to tell. */
  function refusalOf(params: ParamValues): string | undefined {
    const isWhole = source
      .space()
      .parameters.every((parameter) => Object.hasOwn(params, parameter.name) || !isActive(parameter, params))
    if (!isWhole) return undefined
    try {
      return refusal(source.rebuild(params), params)
    } catch (error) {
      // A space function that asks for more than is known of it.
      if (error instanceof SpaceError) return undefined
      throw error
    }
  }

  function fill(draft: Draft): Filled<P> {
    let filled = source.fill(draft)
    let reason = refusal(filled.value, filled.params)
    for (let attempt = 0; reason !== undefined; attempt++) {
      const isFixed = Object.keys(filled.params).every((name) => Object.hasOwn(draft.fixed, name))
      if (isFixed) throw refused('this configuration', reason)
      if (attempt === TRIES) throw refused(`${TRIES.toLocaleString('en')} configurations in a row, the last`, reason)
      const rng = draft.rng.split(`again/${attempt}`)
      filled = source.fill({ ...draft, isFirst: false, propose: () => ({}), rng })
      reason = refusal(filled.value, filled.params)
    }
    return filled
  }

  const { defaults } = source
  const reason = defaults === undefined ? undefined : refusalOf(defaults)
  if (reason !== undefined) throw refused('the default configuration', reason)
  return {
    ...source,
    fill,
    isAllowed: (params) => refusalOf(params) === undefined,
    flatten(params) {
      const flat = source.flatten(params)
      const problem = refusalOf(flat)
      if (problem !== undefined) throw refused('this configuration', problem)
      return flat
    },
  }
}

function refused(what: string, reason: string): SpaceError {
  return new SpaceError('', `The study's \`where\` refuses ${what}: ${reason}`, 'Change the values, or loosen `where`')
}
