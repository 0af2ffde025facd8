import {
  confirm,
  createStudy,
  crossValidated,
  type Fold,
  type Goals,
  listStudies,
  type NestedParams,
  openStudy,
  type Splitter,
  type Storage,
  type Study,
  TrialPruned,
} from 'diapason'
import type { FitParams, fitSpace } from './fit-space.ts'
import type { TimePlan } from './time-plan.ts'
import { type FitData, trainAndJudge } from './train-member.ts'

/** The study that a fit keeps. */
export type FitStudy = Study<FitParams, Goals>

/** What a search is told. */
export interface SearchOptions {
  readonly splitter: Splitter
  /** Configurations to try; undefined: as many as the time allows. */
  readonly trials: number | undefined
  readonly plan: TimePlan
  readonly mostFoldMs: number
  /** Ends everything. */
  readonly signal: AbortSignal | undefined
  /** Ends the search alone. */
  readonly enough: AbortSignal | undefined
  /** Called before the repeats of the best begin. */
  readonly onConfirm: () => void
}

/** What a search found. */
export interface SearchResult {
  /** Undefined where no configuration was trained on all folds. */
  readonly winner: { readonly params: FitParams; readonly trial: number } | undefined
  /** Repeats of the best with fresh seeds. */
  readonly repeats: number
}

/** Configurations in progress at the same time: few, so that little is left half done when the time is up. */
const OPEN_TRIALS = 4
const FINALISTS = 4
const REPEATS = 12
/** Where trials are counted: repeats as a share of them, and how many are needed for two of two finalists. */
const REPEATS_SHARE = 1 / 3
const LEAST_REPEATS = 4

/** Name of the study in its storage. */
export const STUDY = 'fit'

/** A new study, or the one that the storage holds already, with the space that it was begun with. */
export async function openFitStudy(
  storage: string | Storage,
  seed: number,
  goals: Goals,
  space: ReturnType<typeof fitSpace>,
): Promise<FitStudy> {
  const isThere = storage !== 'memory' && (await hasStudy(storage))
  const study = isThere
    ? await openStudy({ storage, name: STUDY })
    : await createStudy({ name: STUDY, goals, space, storage, seed })
  // The space is of that shape, whatever entries the task has; so is a stored one.
  return study as unknown as Study<NestedParams, Goals> as unknown as FitStudy
}

async function hasStudy(storage: string | Storage): Promise<boolean> {
  if (typeof storage !== 'string') return (await storage.findStudy(STUDY)) !== undefined
  return (await listStudies(storage)).some(({ name }) => name === STUDY)
}

/**
 * Searches by cross-validation whose folds are pruned, then trains the best few again with fresh seeds: the best of many noisy
 * scores is a lucky one.
 */
export async function search(study: FitStudy, data: FitData, options: SearchOptions): Promise<SearchResult> {
  const { splitter, plan, mostFoldMs, signal, enough } = options
  const { truth } = data
  const labels = truth.kind === 'classes' ? { labels: truth.labels } : {}
  const objective = crossValidated(
    { splitter, examples: { count: data.table.count, ...labels }, openTrials: OPEN_TRIALS },
    (params: FitParams, fold: Fold) => trainFold(data, params, fold, mostFoldMs),
  )
  const signals = [signal, enough].filter((each) => each !== undefined)
  await study.optimize(objective, {
    ...(options.trials === undefined ? {} : { total: options.trials }),
    ...timeUntil(plan.searchUntil),
    ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
    maxFailuresInARow: Number.MAX_SAFE_INTEGER,
  })
  signal?.throwIfAborted()
  const best = study.bestTrials[0]
  if (best === undefined) return { winner: undefined, repeats: 0 }
  const found = { winner: { params: best.params, trial: best.number }, repeats: 0 }
  const distinct = study.trials.filter(({ state }) => state === 'complete').length
  const runs = options.trials === undefined ? REPEATS : Math.min(REPEATS, Math.floor(options.trials * REPEATS_SHARE))
  if (enough?.aborted || distinct < 2 || runs < LEAST_REPEATS || !(plan.confirmUntil > Date.now())) return found
  options.onConfirm()
  const confirmed = await confirm(study, objective, {
    runs,
    finalists: Math.min(FINALISTS, Math.floor(runs / 2)),
    ...timeUntil(plan.confirmUntil),
    ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
  })
  signal?.throwIfAborted()
  if (confirmed === undefined) return found
  const { winner, finalists } = confirmed
  const repeats = finalists.reduce((sum, { runs }) => sum + runs.length, 0)
  return { winner: { params: winner.params, trial: winner.number }, repeats }
}

const timeUntil = (until: number): { readonly time?: number } =>
  until === Number.POSITIVE_INFINITY ? {} : { time: Math.max(1, until - Date.now()) }

async function trainFold(data: FitData, params: FitParams, fold: Fold, mostFoldMs: number): Promise<number> {
  // The default is always tried; it was made to fit the time.
  const isLimited = mostFoldMs < Number.POSITIVE_INFINITY && fold.trial > 0
  const clock = isLimited ? AbortSignal.timeout(Math.ceil(mostFoldMs)) : undefined
  const signal = clock ? AbortSignal.any([fold.signal, clock]) : fold.signal
  try {
    const { score } = await trainAndJudge(data, fold, params, { seed: fold.seed, signal })
    return score
  } catch (error) {
    if (!clock?.aborted || fold.signal.aborted) throw error
    throw new TrialPruned(`too slow for this budget: one fold takes more than ${(mostFoldMs / 1000).toPrecision(2)} s`)
  }
}
