import type { ChartData, ConfirmedFacts, FailureGroup, Forecast, Goal, ParamAxis } from 'diapason/charts'

/** What a parameter may be. */
export type Value = string | number | boolean | null

export type State = 'complete' | 'pruned' | 'failed' | 'running' | 'waiting'
export type Counts = Readonly<Record<State, number>>

/** A line of the list of studies. */
export interface StudySummary {
  readonly id: number
  readonly name: string
  readonly goals: readonly Goal[]
  readonly counts: Counts
  readonly startedAt: number | null
}

/** A trial without its curve. */
export interface TrialRow {
  readonly number: number
  readonly state: State
  readonly values: Readonly<Record<string, number>>
  readonly reason: string | null
  readonly params: Readonly<Record<string, Value>>
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly last?: readonly [number, number] | null
  /** The step that it was paused at. */
  readonly pausedAt: number | null
  /** The trial that it continues, and from which step. */
  readonly continues: { readonly trial: number; readonly step: number } | null
  readonly continuedBy: number | null
  /** Does it keep its constraints? */
  readonly isFeasible: boolean
}

/** A trial with everything. */
export interface FullTrial extends TrialRow {
  readonly reports: readonly (readonly [number, number])[]
  readonly userAttrs: Readonly<Record<string, unknown>>
  readonly fixedParams: Readonly<Record<string, Value>> | null
  /** By name; kept where it is at most 0. */
  readonly constraints: Readonly<Record<string, number>>
  /** The training that the trial is a part of, where that has several. */
  readonly training: {
    readonly parts: readonly TrialRow[]
    readonly reports: readonly (readonly [number, number])[]
    readonly pauses: readonly { readonly trial: number; readonly step: number }[]
  } | null
  readonly worker: string | null
  readonly note: string
}

/** A parameter of the space. */
export interface SpaceParam {
  readonly path: string
  readonly kind: 'float' | 'int' | 'categorical'
  readonly low?: number
  readonly high?: number
  readonly log?: boolean
  readonly choices?: readonly Value[]
  readonly axis: ParamAxis
  readonly default: Value
}

/** The best, without what it is to other trials. */
export type BestTrial = Pick<TrialRow, 'number' | 'state' | 'values' | 'params'>

/** How many trials there are, what they cost, and the best of them. */
export interface Totals {
  readonly counts: Counts
  /** Where trials were paused: how many configurations they trained, how many of these are paused now, and how many trials were paused. */
  readonly configurations: { readonly count: number; readonly paused: number; readonly pauses: number } | null
  /** Complete trials that break a constraint. */
  readonly infeasible: number
  readonly savings: {
    readonly unit: string
    readonly spent: number
    readonly saved: number
    readonly share: number
  } | null
  readonly best: readonly BestTrial[]
  readonly bestCount: number
}

/** A study without its trials. */
export interface Study extends Totals {
  readonly id: number
  readonly name: string
  readonly version: string
  /** While a large study is being read. */
  readonly reading: { readonly read: number; readonly of: number } | null
  readonly goals: readonly Goal[]
  readonly seed: number | null
  readonly sampler: string | null
  readonly pruner: string | null
  readonly control: { readonly command: 'run' | 'pause' | 'stop'; readonly at: number } | null
  readonly note: string
  readonly userAttrs: Readonly<Record<string, unknown>>
  readonly default: BestTrial | null
  readonly defaults: Readonly<Record<string, Value>> | null
  readonly space: readonly SpaceParam[]
  readonly now: number
}

/** How sure the best is, what more time would bring, what failed, and how trials were proposed. */
export interface Outlook {
  /** What the best scored when it was trained again. */
  readonly confirmed: ConfirmedFacts | null
  readonly forecast: Forecast | null
  readonly failures: readonly FailureGroup[]
  readonly advice: readonly string[]
  readonly methods: readonly { readonly number: number; readonly sentence: string }[]
}

/** What the server said when it refused. */
export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Asks the server. Texts that stand for numbers which JSON has not become those numbers. @throws {ApiError} */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(`/api${path}`, init)
  } catch {
    throw new ApiError(0, 'The server does not answer. Has it been stopped?')
  }
  const body: unknown = JSON.parse(await response.text(), revive)
  if (response.ok) return body as T
  throw new ApiError(response.status, (body as { error?: string }).error ?? response.statusText)
}

/** Sends something that changes the server. @throws {ApiError} */
export function send<T>(method: 'POST' | 'PUT', path: string, body: unknown): Promise<T> {
  return ask<T>(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

const NUMBERS = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

function revive(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? (NUMBERS.get(value) ?? value) : value
}

/** The path of a chart's data. @param ranges filters, as they stand in the address */
export function chartPath(
  id: number,
  kind: ChartData['kind'],
  goal: number,
  params: readonly string[] = [],
  ranges: readonly string[] = [],
): string {
  const query = new URLSearchParams([
    ['goal', String(goal)],
    ...params.map((path) => ['params', path]),
    ...ranges.map((range) => ['range', range]),
  ])
  return `/studies/${id}/charts/${kind}?${query}`
}
