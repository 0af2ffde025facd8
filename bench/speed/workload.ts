/** What one process measures, on a shifted sphere over ten floats. */
export interface Workload {
  readonly sampler: string
  /** Random trials that have finished before the first suggestion; 0: the sampler searches from the start. */
  readonly history: number
  /** Suggestions that are timed. */
  readonly suggestions: number
}

/** What it found. */
export interface Measurement {
  /** CPU milliseconds (user and system, all threads) of each suggestion, in their order. */
  readonly milliseconds: readonly number[]
}
