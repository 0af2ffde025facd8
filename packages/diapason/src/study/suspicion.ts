/** Shares of a lease: a trial is suspected from this silence on, */
export const SUSPECT = 1 / 2
/** and must have been for so long by our own clock, which only counts: who lives is heard of meanwhile. */
const SUSPECTED = 3 / 8

/**
 * Tells trials that have fallen silent from those that only look so because the storage's clock has jumped, which makes every last heartbeat
 * look old at once: a look is believed when an earlier one saw the silence begin. For whoever looks several times in a lease.
 */
export interface Suspicion {
  /**
   * The trials of one lease that were silent for all of it.
   * @param stale the ids of those that have been silent for so many milliseconds by the storage's clock
   */
  lost(leaseMs: number, stale: (silentMs: number) => Promise<readonly number[]>): Promise<readonly number[]>
  /** Nobody is silent. */
  clear(): void
}

export function createSuspicion(): Suspicion {
  /** By lease and id, since when by `performance.now()`. */
  const suspects = new Map<number, ReadonlyMap<number, number>>()
  return {
    async lost(leaseMs, stale) {
      const now = performance.now()
      const known = suspects.get(leaseMs)
      const suspected = new Map((await stale(SUSPECT * leaseMs)).map((id) => [id, known?.get(id) ?? now]))
      suspects.set(leaseMs, suspected)
      const isDue = (id: number) => now - (suspected.get(id) ?? now) >= SUSPECTED * leaseMs
      if (![...suspected.keys()].some(isDue)) return []
      return (await stale(leaseMs)).filter(isDue)
    },
    clear: () => suspects.clear(),
  }
}
