import type { Report } from '../trial/trial-record.ts'

/** Proxies need an array behind them to count as one; what they show is the handler's. */
const BEHIND: readonly Report[] = []

/** Reports as numbers side by side: the values, then the steps unless these count up by one from `first`. */
export interface PackedNumbers {
  readonly numbers: Float64Array
  /** Where the values begin. */
  readonly from: number
  readonly count: number
  /** The first step; NaN where all steps stand behind the values. */
  readonly first: number
}

/** An array of pairs that makes each pair when it is asked for. */
export function packedReports(numbers: PackedNumbers): readonly Report[] {
  return new Proxy(BEHIND, new PackedReports(numbers))
}

class PackedReports implements ProxyHandler<readonly Report[]> {
  readonly #packed: PackedNumbers

  constructor(packed: PackedNumbers) {
    this.#packed = packed
  }

  get(target: readonly Report[], key: string | symbol): unknown {
    if (key === 'length') return this.#packed.count
    const i = this.#place(key)
    return i === undefined ? Reflect.get(target, key) : this.#at(i)
  }

  has(target: readonly Report[], key: string | symbol): boolean {
    return this.#place(key) !== undefined || Reflect.has(target, key)
  }

  ownKeys(): string[] {
    return [...Array.from({ length: this.#packed.count }, (_, i) => String(i)), 'length']
  }

  getOwnPropertyDescriptor(target: readonly Report[], key: string | symbol): PropertyDescriptor | undefined {
    const i = this.#place(key)
    if (i !== undefined) return { value: this.#at(i), writable: true, enumerable: true, configurable: true }
    if (key === 'length') return { value: this.#packed.count, writable: true, enumerable: false, configurable: false }
    return Reflect.getOwnPropertyDescriptor(target, key)
  }

  set(): boolean {
    return false
  }

  defineProperty(): boolean {
    return false
  }

  deleteProperty(): boolean {
    return false
  }

  #place(key: string | symbol): number | undefined {
    if (typeof key !== 'string') return undefined
    const code = key.charCodeAt(0)
    if (!(code >= 48 && code <= 57)) return undefined
    const i = Number(key)
    return Number.isInteger(i) && i < this.#packed.count ? i : undefined
  }

  #at(i: number): Report {
    const { numbers, from, count, first } = this.#packed
    const step = Number.isNaN(first) ? numbers[from + count + i] : first + i
    return [step ?? Number.NaN, numbers[from + i] ?? Number.NaN]
  }
}
