import { SpaceError } from '../../errors.ts'
import type { ParamValue } from '../../space/distribution.ts'
import { choice, float, int, type NumberOptions, type SpaceNode } from '../../space/nodes.ts'

/** How a parameter is written in one line, for help and for errors. */
export const PARAM_EXAMPLES =
  "'log 1e-5..1e-1', '1..4', 'int 16..512 step 16', 'float 0..1 default 0.5', or options 'relu|tanh|elu default relu'"

const REMEDY = `Write ${PARAM_EXAMPLES}`
const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?`
const RANGE = new RegExp(
  String.raw`^(?<kind>int |float )?\s*(?<log>log )?\s*(?<low>${NUMBER})\s*\.\.(?!\.)\s*(?<high>${NUMBER})` +
    String.raw`(?:\s+step\s+(?<step>${NUMBER}))?(?:\s+default\s+(?<default>\S+))?$`,
)

/**
 * Reads a parameter from one line: a range with `log`, `step` and `default`, or options between bars. A range is of integers
 * where both ends are written as integers, unless `float` stands before it.
 * @throws {SpaceError} showing what could be written
 */
export function parseParamText(path: string, text: string): SpaceNode {
  const range = RANGE.exec(text.trim())?.groups
  if (range !== undefined) return rangeNode(path, range)
  if (text.includes('|')) return choiceNode(text)
  throw new SpaceError(path, `${JSON.stringify(text)} is neither a range nor a list of options`, REMEDY)
}

function rangeNode(path: string, range: { readonly [part: string]: string | undefined }): SpaceNode {
  const { kind, low = '', high = '', step, default: given } = range
  const isInt =
    kind?.trim() === 'int' || (kind === undefined && [low, high, step ?? '1'].every((end) => /^[-+]?\d+$/.test(end)))
  const value = given === undefined ? undefined : Number(given)
  if (Number.isNaN(value)) throw new SpaceError(path, `its default is "${given}"`, 'Give a number')
  if (range.log !== undefined && step !== undefined) {
    throw new SpaceError(path, 'it has a log scale and a step', 'Leave one of them out')
  }
  const options: NumberOptions = {
    ...(range.log === undefined ? {} : { log: true as const }),
    ...(step === undefined ? {} : { step: Number(step) }),
    ...(value === undefined ? {} : { default: value }),
  } as NumberOptions // log and step together were refused above
  return (isInt ? int : float)(Number(low), Number(high), options)
}

function choiceNode(text: string): SpaceNode {
  const [, list = text, given] = /^(.*\|.*?)\s+default\s+(\S.*)$/s.exec(text) ?? []
  const options = list.split('|').map((option) => parseValue(option.trim()))
  // Cast: whether the default is one of the options is checked with the whole space.
  return given === undefined ? choice(options) : choice(options, { default: parseValue(given.trim()) as never })
}

/** A number, `true`, `false` or `null` where it is written as one, else text; quotes make text of anything. */
export function parseValue(text: string): ParamValue {
  const quoted = /^(["'])(.*)\1$/s.exec(text)
  if (quoted !== null) return quoted[2] ?? ''
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  return new RegExp(`^${NUMBER}$`).test(text) ? Number(text) : text
}
