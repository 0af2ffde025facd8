import type { Goals, ParamValues, Split, Splitter, Storage, TrialRecord } from 'diapason'
import type { Table } from '../data/table.ts'
import { columnOf } from '../data/table.ts'
import { BudgetError, DataError } from '../errors.ts'
import { type JudgedNetworks, trainNetworks } from './final-networks.ts'
import type { FitEvent } from './fit-event.ts'
import { type FitReport, fitReport, gains } from './fit-report.ts'
import { type FitParams, fitSpace } from './fit-space.ts'
import { type FitTask, fitTask, type TaskOptions } from './fit-task.ts'
import { type ColumnNote, inspectColumns } from './inspect-columns.ts'
import { type FitStudy, openFitStudy, type SearchResult, search } from './search.ts'
import { factsOf, keptFolds, planSearch, splitterFor, subSeed } from './search-plan.ts'
import type { TableModel } from './table-model.ts'
import { mostNetworkMs, type TimePlan, timePlan } from './time-plan.ts'
import type { FitData } from './train-member.ts'

/** How {@link fitTable} goes; only `target` is needed. */
export interface FitTableOptions extends TaskOptions {
  /** The column to predict. */
  readonly target: string
  /** Columns to leave out. */
  readonly ignore?: readonly string[]
  /** Wall time for everything, in milliseconds; default 120,000 where there is neither `trials` nor `params`. */
  readonly timeMs?: number
  /** Configurations to try; together with a seed, the same on every machine. */
  readonly trials?: number
  /** Decides splits, starting weights and suggestions; default random, in the report. */
  readonly seed?: number
  /** Train this configuration, without a search: `report.configuration` of an earlier fit. */
  readonly params?: FitParams
  /** Where the study is kept; one that is there is gone on with. Default: in memory. */
  readonly storage?: string | Storage
  readonly signal?: AbortSignal
  /** Ends the search early: the best so far is trained and kept. */
  readonly enough?: AbortSignal
  readonly onEvent?: (event: FitEvent) => void
}

/** A model of a table, and what is known of it. */
export interface FittedTable {
  readonly model: TableModel
  readonly report: FitReport
}

const DEFAULT_MS = 120_000
const SPARE_REMARK =
  'The time did not do for networks on fresh folds: this one is of the search, chosen by its score, which is too good therefore'
/** From so many rows on, three folds tell enough. */
const LARGE = 20_000

/**
 * Learns to predict a column of a table: looks at the columns, tunes a network by cross-validation within the time given, confirms the
 * best, trains it on fresh folds, and judges it by them.
 *
 * Defaults are tried first. Missing values, categories and scales are dealt with inside each fold, by its training rows alone.
 * @returns the model is the mean of the networks of all fresh folds; the report's score is that of one network on rows it never saw
 * @throws DataError when the table cannot be learned from; BudgetError when the time was too short for a single network
 * @example
 * const { model, report } = await fitTable(await readDataFile('houses.csv'), { target: 'price', timeMs: 300_000 })
 * console.log(report.score.mean, report.baseline.mean)
 */
export async function fitTable(table: Table, options: FitTableOptions): Promise<FittedTable> {
  const startedAt = Date.now()
  const { onEvent = () => {}, params, signal } = options
  const timeMs = options.timeMs ?? (options.trials === undefined && params === undefined ? DEFAULT_MS : undefined)
  const task = fitTask(withoutIgnored(table, options), options.target, options)
  const { table: columns, notes } = inspectColumns(task.rest)
  const data: FitData = { table: columns, truth: task.truth, metric: task.metric }
  onEvent(dataEvent(task, data, notes))
  const folds = columns.count < LARGE ? 5 : 3
  const plan = timePlan(startedAt, timeMs)
  const isSearch = params === undefined
  const { epochs, judgedBy } = await planSearch(data, task, folds, isSearch ? timeMs : undefined, signal)
  const study = await openFitStudy(
    isSearch ? (options.storage ?? 'memory') : 'memory',
    options.seed ?? Math.floor(Math.random() * 2 ** 31),
    { [task.metric.name]: task.metric.direction } satisfies Goals,
    fitSpace(factsOf(data, task, epochs)),
  )
  // A study that is gone on with keeps its own: folds that are done stay valid.
  const { seed } = study
  try {
    const announce = (stage: 'search' | 'confirm' | 'final', until: number) =>
      onEvent({ type: 'stage', stage, until, end: plan.end })
    const stopListening = listen(study, onEvent)
    if (isSearch) announce('search', plan.searchUntil)
    const found: SearchResult = isSearch
      ? await search(study, data, {
          ...(await keptFolds(study, data, folds, judgedBy)),
          trials: options.trials,
          plan,
          mostNetworkMs: mostNetworkMs(timeMs),
          signal,
          enough: options.enough,
          onConfirm: () => announce('confirm', plan.confirmUntil),
        })
      : { winner: { params, trial: -1 }, repeats: 0, spare: undefined }
    stopListening()
    announce('final', plan.end)
    return await finish({ data, task, notes, study, seed, folds, plan, signal, isGiven: !isSearch, found, startedAt })
  } finally {
    await study.close()
  }
}

interface Ending {
  readonly data: FitData
  readonly task: FitTask
  readonly notes: readonly ColumnNote[]
  readonly study: FitStudy
  readonly seed: number
  readonly folds: number
  readonly plan: TimePlan
  readonly signal: AbortSignal | undefined
  /** The configuration was given: nothing else is to be tried. */
  readonly isGiven: boolean
  readonly found: SearchResult
  readonly startedAt: number
}

/** Trains the winner, and where time is left the default, on folds that the search did not use; the better one is kept. */
async function finish(ending: Ending): Promise<FittedTable> {
  const { data, task, notes, study, seed, folds, plan, signal, isGiven, found, startedAt } = ending
  const { truth } = data
  const splits = splitsOf(data, splitterFor(data, folds, subSeed(seed, 'final')))
  const defaults = defaultParams(study)
  const params = found.winner?.params ?? defaults
  const run = { seed: subSeed(seed, 'networks'), end: plan.end, signal }
  const fresh = await trainOrExplain(data, splits, params, run, found.spare !== undefined)
  const tuned = fresh ?? found.spare!
  const isDefault = sameParams(tuned.params, defaults)
  const rival = isGiven || isDefault || fresh === undefined ? undefined : await trainIfTime(data, splits, defaults, run)
  const { direction } = task.metric
  const gain = rival && gains(tuned, rival, direction).reduce((sum, each) => sum + each, 0)
  const keepsDefault = rival !== undefined && gain !== undefined && gain < 0
  const networks = keepsDefault ? rival : tuned
  const report = fitReport({
    task: fresh === undefined ? { ...task, remarks: [...task.remarks, SPARE_REMARK] } : task,
    data,
    notes,
    splits,
    chosen: isGiven ? 'given' : keepsDefault || isDefault ? 'default' : 'tuned',
    networks,
    tuned,
    defaults: rival,
    study,
    repeats: found.repeats,
    seed,
    elapsedMs: Date.now() - startedAt,
  })
  const facts = {
    target: task.target,
    ...(truth.kind === 'classes' && { classes: truth.classes }),
    columns: modelColumns(data.table, notes),
  }
  return { model: { facts, members: networks.members }, report }
}

/** Undefined where the time did not do for a single network, and there is one to spare. */
async function trainOrExplain(
  data: FitData,
  splits: readonly Split[],
  params: FitParams,
  run: Parameters<typeof trainNetworks>[3],
  hasSpare: boolean,
): Promise<JudgedNetworks | undefined> {
  try {
    return await trainNetworks(data, splits, params, run)
  } catch (cause) {
    run.signal?.throwIfAborted()
    if (Date.now() < run.end) throw cause
    if (hasSpare) return undefined
    throw new BudgetError('The time was too short to train a single network', 'Give more of it', { cause })
  }
}

/** The networks of all folds; undefined where the time did not do for them, or they diverged. */
async function trainIfTime(
  ...[data, splits, params, run]: Parameters<typeof trainNetworks>
): Promise<JudgedNetworks | undefined> {
  if (Date.now() >= run.end) return undefined
  try {
    const networks = await trainNetworks(data, splits, params, run)
    return networks.members.length === splits.length ? networks : undefined
  } catch {
    run.signal?.throwIfAborted()
    return undefined
  }
}

function withoutIgnored(table: Table, { ignore = [], target }: FitTableOptions): Table {
  for (const name of ignore) columnOf(table, name)
  if (ignore.includes(target)) throw new DataError(`The target "${target}" is to be ignored`, 'Choose another target')
  return { count: table.count, columns: table.columns.filter(({ name }) => !ignore.includes(name)) }
}

function dataEvent(
  { target, truth, metric, remarks }: FitTask,
  { table }: FitData,
  columns: readonly ColumnNote[],
): FitEvent {
  const classes = truth.kind === 'classes' ? truth.classes : undefined
  return { type: 'data', rows: table.count, target, classes, metric: metric.name, columns, remarks }
}

const splitsOf = ({ truth, table }: FitData, splitter: Splitter) =>
  splitter.split({ count: table.count, ...(truth.kind === 'classes' && { labels: truth.labels }) })

/** The default configuration, as an objective would get it: `paramsOf` looks at the parameters of a trial alone. */
const defaultParams = (study: FitStudy): FitParams =>
  study.paramsOf({ params: (study.defaults ?? {}) satisfies ParamValues } as TrialRecord)

const sameParams = (a: FitParams, b: FitParams): boolean => JSON.stringify(a) === JSON.stringify(b)

function modelColumns(table: Table, notes: readonly ColumnNote[]): TableModel['facts']['columns'] {
  const roles = new Map(notes.map(({ name, role }) => [name, role]))
  return table.columns.map((column) => {
    if (column.kind === 'category') return { name: column.name, kind: 'category', categories: column.categories }
    return { name: column.name, kind: roles.get(column.name) === 'date' ? 'date' : 'number' }
  })
}

/** Hands the ends of trials on. Returns a function that ends it. */
function listen(study: FitStudy, onEvent: (event: FitEvent) => void): () => void {
  return study.on('finish', ({ trial, isBest }) => {
    onEvent({
      type: 'trial',
      number: trial.number,
      state: trial.state,
      score: trial.state === 'complete' ? trial.values[0] : undefined,
      isBest,
      reason: trial.state === 'failed' ? trial.reason : undefined,
    })
  })
}
