/** What one process measures. */
export interface Workload {
  readonly sampler: 'random' | 'tpe'
  readonly parameters: number
  readonly trials: number
  readonly storage: 'memory' | 'sqlite'
}

/** What it found. */
export interface Measurement {
  /** CPU milliseconds a trial (user and system, all threads), over all trials. */
  readonly cpuMs: number
  /** The same over the last tenth of the trials: what a trial costs at that length of history. */
  readonly lastCpuMs: number
  /** Largest resident set of the process, MiB. */
  readonly peakMb: number
}
