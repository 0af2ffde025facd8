import type { ChartData, FailureGroup, Forecast, Goal, ParamAxis } from 'diapason/charts'

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
}

/** A trial with everything. */
export interface FullTrial extends TrialRow {
  readonly reports: readonly (readonly [number, number])[]
  readonly userAttrs: Readonly<Record<string, unknown>>
  readonly fixedParams: Readonly<Record<string, Value>> | null
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

/** A study without its trials. */
export interface Study {
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
  readonly counts: Counts
  readonly savings: {
    readonly unit: string
    readonly spent: number
    readonly saved: number
    readonly share: number
  } | null
  readonly best: readonly TrialRow[]
  readonly bestCount: number
  readonly default: TrialRow | null
  readonly defaults: Readonly<Record<string, Value>> | null
  readonly space: readonly SpaceParam[]
  readonly now: number
}

/** How sure the best is, what more time would bring, what failed, and how trials were proposed. */
export interface Outlook {
  /** What the best scored when it was trained again. */
  readonly confirmed: {
    readonly number: number
    readonly observed: number
    readonly runs: number
    readonly mean: number
    readonly interval: readonly [low: number, high: number]
    readonly chanceBest: number
    readonly finalists: number
  } | null
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
