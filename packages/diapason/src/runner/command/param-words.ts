import { OptionError } from '../../errors.ts'
import type { ParamValue } from '../../space/distribution.ts'
import type { ParamValues } from '../../space/search-space.ts'

/** A value as a program takes it: `0.001`, `relu`, `true`. */
export function valueWord(value: ParamValue): string {
  return String(value)
}

/** All parameters as flags: `--lr 0.001 --optimizer sgd --optimizer.sgd.momentum 0.9`. */
export function flagWords(values: ParamValues): string[] {
  return Object.entries(values).flatMap(([path, value]) => [`--${path}`, valueWord(value)])
}

/** The environment variable of a parameter: `DIAPASON_PARAM_OPTIMIZER_SGD_MOMENTUM`. */
export function variableOf(path: string): string {
  return `DIAPASON_PARAM_${path.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
}

/** @throws {OptionError} where two parameters would share a variable */
export function checkVariables(paths: readonly string[]): void {
  const taken = new Map<string, string>()
  for (const path of paths) {
    const variable = variableOf(path)
    const other = taken.get(variable)
    if (other !== undefined) {
      throw new OptionError(`Parameters "${other}" and "${path}" share the variable ${variable}`, 'Rename one of them')
    }
    taken.set(variable, path)
  }
}
