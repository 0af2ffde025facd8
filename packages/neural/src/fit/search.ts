import {
  confirm,
  createStudy,
  crossValidated,
  type Fold,
  type Goals,
  type LiveTrial,
  listStudies,
  type NestedParams,
  openStudy,
  type Splitter,
  type Storage,
  type Study,
  TrialPruned,
} from 'diapason'
import type { JudgedNetworks } from './final-networks.ts'
import type { FitParams, fitSpace } from './fit-space.ts'
import type { TimePlan } from './time-plan.ts'
import { type FitData, type JudgedMember, trainAndJudge } from './train-member.ts'

/** The study that a fit keeps. */
export type FitStudy = Study<FitParams, Goals>

/** What a search is told. */
export interface SearchOptions {
  readonly splitter: Splitter
  /** By how many of its folds configurations are judged: all, or one, a hold-out. */
  readonly folds: number
  /** Configurations to try; undefined: as many as the time allows. */
  readonly trials: number | undefined
  readonly plan: TimePlan
  /** Longest training of one network. */
  readonly mostNetworkMs: number
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
  /** The network of the search that scored best, for where there is no time for another. */
  readonly spare: JudgedNetworks | undefined
}

/** What a search sees while it trains. */
interface Seen {
  /** How long each network took, in milliseconds. */
  readonly times: number[]
  spare: JudgedNetworks | undefined
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
  const { plan, signal, enough } = options
  const seen: Seen = { times: [], spare: undefined }
  const objective = objectiveOf(data, options, seen)
  const signals = [signal, enough].filter((each) => each !== undefined)
  const shared = signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}
  const searchUntil = async (until: number) => {
    await study.optimize(objective, {
      ...(options.trials === undefined ? {} : { total: options.trials }),
      ...timeUntil(until),
      ...shared,
      maxFailuresInARow: Number.MAX_SAFE_INTEGER,
    })
    signal?.throwIfAborted()
  }
  await searchUntil(plan.searchUntil)
  const runs = repeatsWithin(options, seen.times)
  // Too few repeats would choose by lot.
  if (runs < LEAST_REPEATS && options.trials === undefined && !enough?.aborted && plan.confirmUntil > Date.now()) {
    await searchUntil(plan.confirmUntil)
  }
  const best = study.bestTrials[0]
  const { spare } = seen
  if (best === undefined) return { winner: undefined, repeats: 0, spare }
  const found = { winner: { params: best.params, trial: best.number }, repeats: 0, spare }
  const distinct = study.trials.filter(({ state }) => state === 'complete').length
  if (enough?.aborted || distinct < 2 || runs < LEAST_REPEATS || !(plan.confirmUntil > Date.now())) return found
  options.onConfirm()
  const confirmed = await confirm(study, objective, {
    runs,
    finalists: Math.min(FINALISTS, Math.floor(runs / 2)),
    ...timeUntil(plan.confirmUntil),
    ...shared,
  })
  signal?.throwIfAborted()
  if (confirmed === undefined) return found
  const { winner, finalists } = confirmed
  const repeats = finalists.reduce((sum, { runs }) => sum + runs.length, 0)
  return { winner: { params: winner.params, trial: winner.number }, repeats, spare }
}

/** How many repeats on all folds the time for them allows, by what a network took on average. */
function repeatsWithin({ trials, plan, folds }: SearchOptions, times: readonly number[]): number {
  if (trials !== undefined) return Math.min(REPEATS, Math.floor(trials * REPEATS_SHARE))
  const msPerNetwork = times.reduce((sum, ms) => sum + ms, 0) / times.length
  const left = plan.confirmUntil - Math.max(Date.now(), plan.searchUntil)
  return times.length === 0 ? 0 : Math.min(REPEATS, Math.floor(left / (msPerNetwork * folds)))
}

function objectiveOf(data: FitData, { splitter, folds, mostNetworkMs }: SearchOptions, seen: Seen) {
  const { truth, table, metric } = data
  const examples = { count: table.count, ...(truth.kind === 'classes' && { labels: truth.labels }) }
  const sign = metric.direction === 'maximize' ? 1 : -1
  const train = async (params: FitParams, part: FoldToTrain) => {
    const startedAt = performance.now()
    const { member, prediction, score } = await trainFold(data, params, part, mostNetworkMs)
    seen.times.push(performance.now() - startedAt)
    if (seen.spare === undefined || sign * score > sign * seen.spare.scores[0]!) {
      seen.spare = { params, members: [member], scores: [score], predictions: [{ rows: part.test, prediction }] }
    }
    return score
  }
  if (folds > 1) return crossValidated({ splitter, examples, openTrials: OPEN_TRIALS }, train)
  const [holdOut] = splitter.split(examples)
  if (holdOut === undefined) throw new Error(`${splitter.name} made no fold`)
  return (params: FitParams, { number, seed, signal }: LiveTrial<FitParams>) =>
    train(params, { ...holdOut, trial: number, seed, signal })
}

const timeUntil = (until: number): { readonly time?: number } =>
  until === Number.POSITIVE_INFINITY ? {} : { time: Math.max(1, until - Date.now()) }

type FoldToTrain = Pick<Fold, 'train' | 'test' | 'trial' | 'seed' | 'signal'>

async function trainFold(
  data: FitData,
  params: FitParams,
  fold: FoldToTrain,
  mostNetworkMs: number,
): Promise<JudgedMember> {
  // The default is always tried; it was made to fit the time.
  const isLimited = mostNetworkMs < Number.POSITIVE_INFINITY && fold.trial > 0
  const clock = isLimited ? AbortSignal.timeout(Math.ceil(mostNetworkMs)) : undefined
  const signal = clock ? AbortSignal.any([fold.signal, clock]) : fold.signal
  try {
    return await trainAndJudge(data, fold, params, { seed: fold.seed, signal })
  } catch (error) {
    if (!clock?.aborted || fold.signal.aborted) throw error
    throw new TrialPruned(
      `too slow for this budget: a network takes more than ${(mostNetworkMs / 1000).toPrecision(2)} s`,
    )
  }
}
