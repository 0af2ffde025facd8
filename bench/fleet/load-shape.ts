/** What each worker of the load does: trials of 15 s that report every 2 s. */
export const LOAD = { trialS: 15, reports: 7, reportEveryS: 2 }

/** What one process of workers measured; times in milliseconds. */
export interface Measured {
  /** Steps of the storage that hand out a trial. */
  readonly claims: readonly number[]
  /** From the end of a trial to the beginning of the next: everything that a worker waits for. */
  readonly asks: readonly number[]
  readonly reports: readonly number[]
  readonly finished: number
  /** Processor seconds of the process. */
  readonly cpuS: number
}

/** A quantile of numbers in any order, NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}
