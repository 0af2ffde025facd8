import type { ParamValues } from '../space/search-space.ts'
import { stringifyPythonJson } from '../storage/python-json.ts'
import type { Attributes, FinishedTrial, Report, TrialRecord } from '../trial/trial-record.ts'
import { packedReports } from './packed-reports.ts'
import { ParamForm } from './param-form.ts'

// A hundred thousand trials of twenty parameters and fifty reports are five million little arrays and two million boxed numbers, some
// 500 MB. As numbers side by side they are 50, and none of them is the garbage collector's business.

/** A row of numbers: these, the parameters, the values, the values of the reports, and their steps where they do not count up by one. */
const [ID, STARTED, FINISHED, VALUES, REPORTS, FIRST_STEP, PARAMS] = [0, 1, 2, 3, 4, 5, 6]
const CHUNK = 1 << 16
/** Attributes and reasons that are kept to be shared; a study that has more different ones shares the latest. */
const MOST_SHARED = 10_000
/** Longer ones are hardly the same twice. */
const LONGEST_SHARED = 500

/** Keeps trials in little room. */
export interface TrialStore {
  /** The same trial, whose parts are made when they are asked for; the trial itself where it has not ended, or a value cannot be packed. */
  pack(trial: TrialRecord): TrialRecord
}

/** What few trials have, or many have alike. */
interface Extras {
  readonly userAttrs: Attributes
  readonly systemAttrs: Attributes
  readonly reason: string | undefined
}

const NONE: Attributes = {}
const NO_EXTRAS: Extras = { userAttrs: NONE, systemAttrs: NONE, reason: undefined }

/** A store that grows; nothing in it is ever given up, so it lasts as long as what it packed. */
export function createTrialStore(): TrialStore {
  const roomFor = createRoom()
  const formOf = createForms()
  const extrasOf = createExtras()
  return {
    pack(trial) {
      if (trial.state === 'waiting' || trial.state === 'running') return trial
      const form = formOf(trial)
      if (form === undefined) return trial
      const values = trial.state === 'failed' ? [] : trial.values
      const { reports } = trial
      const first = reports[0]?.[0] ?? 0
      const isEven = reports.every(([step], i) => step === first + i)
      const { numbers, from } = roomFor(PARAMS + form.size + values.length + (isEven ? 1 : 2) * reports.length)
      numbers[from + ID] = trial.id
      numbers[from + STARTED] = trial.startedAt ?? Number.NaN
      numbers[from + FINISHED] = trial.finishedAt
      numbers[from + VALUES] = values.length
      numbers[from + REPORTS] = reports.length
      numbers[from + FIRST_STEP] = isEven ? first : Number.NaN
      form.write(trial.params, numbers, from + PARAMS)
      numbers.set(values, from + PARAMS + form.size)
      writeReports(reports, isEven, numbers, from + PARAMS + form.size + values.length)
      // Has every property that a finished trial of its state has; a failed one has no values besides.
      return new PackedTrial(trial, form, extrasOf(trial), numbers, from) as FinishedTrial
    },
  }
}

function writeReports(reports: readonly Report[], isEven: boolean, numbers: Float64Array, from: number): void {
  for (const [i, [step, value]] of reports.entries()) {
    numbers[from + i] = value
    if (!isEven) numbers[from + reports.length + i] = step
  }
}

/** A finished trial over a row of numbers. */
class PackedTrial {
  readonly number: number
  readonly state: FinishedTrial['state']
  readonly #form: ParamForm
  readonly #extras: Extras
  readonly #numbers: Float64Array
  readonly #from: number

  constructor({ number, state }: FinishedTrial, form: ParamForm, extras: Extras, numbers: Float64Array, from: number) {
    this.number = number
    this.state = state
    this.#form = form
    this.#extras = extras
    this.#numbers = numbers
    this.#from = from
  }

  get id(): number {
    return this.#at(ID)
  }

  get startedAt(): number | undefined {
    const at = this.#at(STARTED)
    return Number.isNaN(at) ? undefined : at
  }

  get finishedAt(): number {
    return this.#at(FINISHED)
  }

  get params(): ParamValues {
    return this.#form.read(this.#numbers, this.#from + PARAMS)
  }

  get distributions(): TrialRecord['distributions'] {
    return this.#form.distributions
  }

  get values(): readonly number[] {
    const from = this.#from + PARAMS + this.#form.size
    const count = this.#at(VALUES)
    if (count === 1) return [this.#numbers[from] ?? Number.NaN]
    return Array.from(this.#numbers.subarray(from, from + count))
  }

  get reports(): readonly Report[] {
    const count = this.#at(REPORTS)
    if (count === 0) return []
    const from = this.#from + PARAMS + this.#form.size + this.#at(VALUES)
    return packedReports({ numbers: this.#numbers, from, count, first: this.#at(FIRST_STEP) })
  }

  get userAttrs(): Attributes {
    return this.#extras.userAttrs
  }

  get systemAttrs(): Attributes {
    return this.#extras.systemAttrs
  }

  get reason(): string | undefined {
    return this.#extras.reason
  }

  #at(place: number): number {
    return this.#numbers[this.#from + place] ?? Number.NaN
  }
}

/** Gives out room in few large arrays. */
function createRoom(): (count: number) => { readonly numbers: Float64Array; readonly from: number } {
  let chunk = new Float64Array(0)
  let used = 0
  return (count) => {
    if (used + count > chunk.length) {
      chunk = new Float64Array(Math.max(CHUNK, count))
      used = 0
    }
    used += count
    return { numbers: chunk, from: used - count }
  }
}

/** One form for all trials that are alike: the latest by its parameters, as ranges seldom change back. */
function createForms(): (trial: FinishedTrial) => ParamForm | undefined {
  const forms = new Map<string, ParamForm>()
  return (trial) => {
    const key = Object.keys(trial.params).join('\n')
    const known = forms.get(key)
    if (known?.fits(trial)) return known
    const form = ParamForm.of(trial)
    if (form !== undefined) {
      if (forms.size >= MOST_SHARED) forms.clear()
      forms.set(key, form)
    }
    return form
  }
}

/** Trials of one worker have the same attributes, and those that fail often the same reason: one object serves them all. */
function createExtras(): (trial: FinishedTrial) => Extras {
  const shared = new Map<string, Extras>()
  return (trial) => {
    const { userAttrs, systemAttrs } = trial
    const reason = trial.state === 'failed' ? trial.reason : undefined
    if (reason === undefined && isEmpty(userAttrs) && isEmpty(systemAttrs)) return NO_EXTRAS
    const key = stringifyPythonJson([userAttrs, systemAttrs, reason ?? null])
    const known = shared.get(key)
    if (known !== undefined) return known
    const extras = { userAttrs, systemAttrs, reason }
    if (key.length > LONGEST_SHARED) return extras
    if (shared.size >= MOST_SHARED) shared.clear()
    shared.set(key, extras)
    return extras
  }
}

function isEmpty(attrs: Attributes): boolean {
  for (const _ in attrs) return false
  return true
}
