import { fromStored, toStored } from '../space/column.ts'
import { type Distribution, sameDistribution } from '../space/distribution.ts'
import type { ParamValues } from '../space/search-space.ts'
import type { TrialRecord } from '../trial/trial-record.ts'

type Distributions = TrialRecord['distributions']

/** The parameters of all trials that have the same ones, with the same distributions: a number each, as databases store them. */
export class ParamForm {
  readonly distributions: Distributions
  readonly #paths: readonly string[]
  readonly #ranges: readonly Distribution[]
  /** Copied and filled in: quicker than an object that grows by one name after the other. */
  readonly #template: ParamValues
  // What was read last: who looks at parameter after parameter of one trial gets one object.
  #numbers: Float64Array | undefined
  #at = -1
  #params: ParamValues = {}

  private constructor(distributions: Distributions, params: ParamValues) {
    this.distributions = distributions
    this.#paths = Object.keys(params)
    this.#ranges = this.#paths.flatMap((path) => distributions[path] ?? [])
    this.#template = { ...params }
  }

  /** The form of a trial; undefined where a value is none of its distribution's, so that no number stands for it. */
  static of({ params, distributions }: Pick<TrialRecord, 'params' | 'distributions'>): ParamForm | undefined {
    const form = new ParamForm(distributions, params)
    return form.#ranges.length === form.#paths.length && form.fits({ params, distributions }) ? form : undefined
  }

  /** How many numbers a trial takes. */
  get size(): number {
    return this.#paths.length
  }

  /** Are these the parameters of another trial of this form? They come in the same order. */
  fits({ params, distributions }: Pick<TrialRecord, 'params' | 'distributions'>): boolean {
    return this.#paths.every((path, i) => {
      const range = this.#ranges[i]
      const other = distributions[path]
      const value = params[path]
      if (range === undefined || other === undefined || value === undefined) return false
      if (other !== range && !sameDistribution(other, range)) return false
      return range.kind === 'categorical' ? toStored(range, value) >= 0 : isKept(range, value)
    })
  }

  write(params: ParamValues, numbers: Float64Array, at: number): void {
    for (const [i, path] of this.#paths.entries()) {
      const range = this.#ranges[i]
      const value = params[path]
      if (range !== undefined && value !== undefined) numbers[at + i] = toStored(range, value)
    }
  }

  read(numbers: Float64Array, at: number): ParamValues {
    if (numbers === this.#numbers && at === this.#at) return this.#params
    const params = { ...this.#template } as { [path: string]: ParamValues[string] }
    for (let i = 0; i < this.#paths.length; i++) {
      const path = this.#paths[i]
      const range = this.#ranges[i]
      const stored = numbers[at + i]
      if (path === undefined || range === undefined || stored === undefined) continue
      params[path] = range.kind === 'float' ? stored : fromStored(range, stored)
    }
    this.#numbers = numbers
    this.#at = at
    this.#params = params
    return params
  }
}

function isKept(range: Distribution, value: unknown): boolean {
  return typeof value === 'number' && (range.kind === 'float' || Number.isInteger(value))
}
