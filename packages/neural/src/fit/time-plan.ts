/** When the parts of a fit must have ended, in milliseconds since 1970; Infinity where there is no limit. */
export interface TimePlan {
  readonly searchUntil: number
  readonly confirmUntil: number
  readonly end: number
}

/** Two thirds to search, 15 % to confirm the best, the rest to train the networks that are kept. */
const SHARES = { search: 0.65, confirm: 0.8 }
/** What one network may take at most: a share of the whole time, so that five of them fit into what is left at the end. */
const NETWORK = 0.04
/** What the default configuration may take on all folds that configurations are judged by. */
const DEFAULT_COST = 0.06
/** Kept at the end for judging and writing. */
const ENDING_MS = 300

export function timePlan(startedAt: number, timeMs: number | undefined): TimePlan {
  if (timeMs === undefined) {
    return {
      searchUntil: Number.POSITIVE_INFINITY,
      confirmUntil: Number.POSITIVE_INFINITY,
      end: Number.POSITIVE_INFINITY,
    }
  }
  const usable = Math.max(timeMs * 0.8, timeMs - ENDING_MS)
  return {
    searchUntil: startedAt + usable * SHARES.search,
    confirmUntil: startedAt + usable * SHARES.confirm,
    end: startedAt + usable,
  }
}

/** Least, usual and most epochs: what rows ask for, as far as the time allows. */
export interface EpochPlan {
  readonly low: number
  readonly usual: number
  readonly high: number
}

/** Steps of the optimiser that are usual: few rows are passed more often. */
const USUAL_ROWS = 60_000

/**
 * @param msPerEpoch what an epoch of the default configuration takes; undefined: not known, and no matter
 */
export function epochPlan(rows: number, timeMs: number | undefined, msPerEpoch: number | undefined): EpochPlan {
  const wanted = Math.max(10, Math.min(60, Math.round(USUAL_ROWS / rows)))
  const limit = Math.floor(mostNetworkMs(timeMs) / (msPerEpoch ?? 1))
  const usual = Math.max(1, Math.min(wanted, limit))
  // However short the time: what is far too short of epochs looks good by luck at best.
  const low = Math.min(usual, Math.round(wanted / 4))
  return { low, usual, high: Math.max(usual, Math.min(wanted * 4, limit)) }
}

/**
 * By how many folds configurations are judged: all, fewer where the default would take too much of the time on them, and one, a hold-out,
 * where even three are too dear. Training long enough comes before judging well: what is short of epochs says little.
 */
export function foldPlan(
  most: number,
  timeMs: number | undefined,
  msPerEpoch: number | undefined,
  { usual }: EpochPlan,
): number {
  const affordable = timeMs === undefined ? most : (timeMs * DEFAULT_COST) / (usual * (msPerEpoch ?? 0))
  return [most, 3].find((folds) => folds <= affordable) ?? 1
}

/** How long one network may train before it is given up as too dear. */
export const mostNetworkMs = (timeMs: number | undefined): number =>
  timeMs === undefined ? Number.POSITIVE_INFINITY : timeMs * NETWORK
