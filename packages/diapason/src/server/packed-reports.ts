import type { Report, TrialRecord } from '../trial/trial-record.ts'

// A hundred thousand curves of fifty points are five million little arrays, some 400 MB. As numbers side by side they are 40.

const CHUNK = 1 << 16
/** Shorter curves are kept as they are. */
const FEWEST = 4
/** Proxies need an array behind them to count as one; what they show is the handler's. */
const BEHIND: readonly Report[] = []

const NONE = {}

/** Do both have the very same values? */
function isSame(a: TrialRecord['distributions'], b: TrialRecord['distributions']): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}

/** Keeps trials in little room. */
export interface ReportStore {
  /** The same trial; what it shares with others is shared, and its reports are an array that makes each pair when it is asked for. */
  pack<T extends TrialRecord>(trial: T): T
}

/** A store that grows; nothing in it is ever given up, so it lasts as long as what it packed. */
export function createReportStore(): ReportStore {
  let chunk = new Float64Array(0)
  let used = 0
  let ranges: TrialRecord['distributions'] = {}
  /** Trials of one space have the same distributions, and most no attributes: one object serves them all. */
  const sameParts = ({ distributions, userAttrs, systemAttrs }: TrialRecord) => {
    if (!isSame(distributions, ranges)) ranges = distributions
    const [user, system] = [userAttrs, systemAttrs].map((attrs) => (Object.keys(attrs).length === 0 ? NONE : attrs))
    return { distributions: ranges, userAttrs: user ?? NONE, systemAttrs: system ?? NONE }
  }
  const room = (count: number) => {
    if (used + count > chunk.length) {
      chunk = new Float64Array(Math.max(CHUNK, count))
      used = 0
    }
    used += count
    return used - count
  }
  return {
    pack(trial) {
      const shared = { ...trial, ...sameParts(trial) }
      const { reports } = shared
      if (reports.length < FEWEST) return shared
      const first = reports[0]?.[0] ?? 0
      const isEven = reports.every(([step], i) => step === first + i)
      const from = room(isEven ? reports.length : 2 * reports.length)
      for (const [i, [step, value]] of reports.entries()) {
        chunk[from + i] = value
        if (!isEven) chunk[from + reports.length + i] = step
      }
      const handler = new PackedReports(chunk, from, reports.length, isEven ? first : undefined)
      return { ...shared, reports: new Proxy(BEHIND, handler) }
    },
  }
}

/** An array of pairs over numbers that stand side by side: values, then steps where they do not count up by one. */
class PackedReports implements ProxyHandler<readonly Report[]> {
  readonly #numbers: Float64Array
  readonly #from: number
  readonly #count: number
  readonly #first: number | undefined

  constructor(numbers: Float64Array, from: number, count: number, first: number | undefined) {
    this.#numbers = numbers
    this.#from = from
    this.#count = count
    this.#first = first
  }

  get(target: readonly Report[], key: string | symbol): unknown {
    if (key === 'length') return this.#count
    const i = this.#place(key)
    return i === undefined ? Reflect.get(target, key) : this.#at(i)
  }

  has(target: readonly Report[], key: string | symbol): boolean {
    return this.#place(key) !== undefined || Reflect.has(target, key)
  }

  ownKeys(): string[] {
    return [...Array.from({ length: this.#count }, (_, i) => String(i)), 'length']
  }

  getOwnPropertyDescriptor(target: readonly Report[], key: string | symbol): PropertyDescriptor | undefined {
    const i = this.#place(key)
    if (i !== undefined) return { value: this.#at(i), writable: true, enumerable: true, configurable: true }
    if (key === 'length') return { value: this.#count, writable: true, enumerable: false, configurable: false }
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
    return Number.isInteger(i) && i < this.#count ? i : undefined
  }

  #at(i: number): Report {
    const at = this.#from + i
    const step = this.#first === undefined ? this.#numbers[at + this.#count] : this.#first + i
    return [step ?? Number.NaN, this.#numbers[at] ?? Number.NaN]
  }
}
