import type { VirtualClock } from './virtual-clock.ts'

/** So many servers with one queue, first come, first served. */
export interface Station {
  /** Seconds of servers that were asked for so far. */
  readonly askedS: number
  /** Waits for a server, keeps it for so many seconds, then goes on. */
  use(seconds: number, done: () => void): void
}

export function createStation(clock: VirtualClock, servers: number): Station {
  const freeAt = new Array<number>(servers).fill(0)
  let askedS = 0
  return {
    get askedS() {
      return askedS
    },
    use(seconds, done) {
      const soonest = freeAt.indexOf(Math.min(...freeAt))
      const end = Math.max(clock.now, freeAt[soonest]!) + seconds
      freeAt[soonest] = end
      askedS += seconds
      clock.after(end - clock.now, done)
    },
  }
}
