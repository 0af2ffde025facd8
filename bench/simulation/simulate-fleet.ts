import { BEAT } from '../../packages/diapason/src/study/leases.ts'
import { readAgainAfterMs } from '../../packages/diapason/src/study/reading-pace.ts'
import { DEFAULT_LEASE_MS } from '../../packages/diapason/src/study/recovery.ts'
import type { Costs, StepKind } from './costs.ts'
import { createStation } from './station.ts'
import { createVirtualClock } from './virtual-clock.ts'

export interface Fleet {
  readonly workers: number
  /** Reports of each trial, evenly over its time. */
  readonly reports: number
  readonly costs: Costs
  readonly databaseCores: number
  /** Virtual seconds; the first half is not counted. */
  readonly seconds: number
  /** How long the next trial trains, in seconds. */
  trialS(): number
  /** A number from [0, 1). */
  random(): number
}

export interface FleetLoad {
  readonly begun: number
  readonly finished: number
  readonly running: number
  readonly trialsASecond: number
  readonly statementsASecond: number
  /** Core seconds that were asked of the database, a second; above its cores the queue grows. */
  readonly databaseAsked: number
  /** Of these, for reading what others do. */
  readonly readingAsked: number
  /** Share of time that the study's row is locked by claims. */
  readonly claimsBusy: number
  /** Seconds of the step that hands out a trial, and of all between two trials. */
  readonly claims: readonly number[]
  readonly asks: readonly number[]
}

/** Lets a fleet run by a virtual clock. Claims stand in line for the study's row, all steps for the database's cores. */
export function simulateFleet({ workers, reports, costs, databaseCores, seconds, trialS, random }: Fleet): FleetLoad {
  const clock = createVirtualClock()
  const database = createStation(clock, databaseCores)
  const row = createStation(clock, 1)
  const count = { begun: 0, finished: 0, running: 0, statements: 0, readingS: 0 }
  const claims: number[] = []
  const asks: number[] = []

  const step = (kind: StepKind, moreMs: number, done: () => void) => {
    const { cpuMs, waitMs, statements } = costs.steps[kind]
    count.statements += statements
    if (kind === 'read' || kind === 'stale') count.readingS += (cpuMs + moreMs) / 1000
    // What a worker waits beyond the processor's time, the disk and the way there, keeps no core.
    const restS = Math.max(0, waitMs - cpuMs) / 1000
    database.use((cpuMs + moreMs) / 1000, () => clock.after(restS, done))
  }
  const { perTrialMs, perReportMs } = costs.read.database
  const rowMs = perTrialMs + (reports / 2) * perReportMs

  const work = () => {
    const known = { readAt: 0, begun: 0, running: 0 }
    let isTraining = false
    const read = (done: () => void) => {
      const rows = known.running + count.begun - known.begun
      step('read', rows * rowMs, () => {
        Object.assign(known, { readAt: clock.now, begun: count.begun, running: count.running })
        done()
      })
    }
    const ask = () => {
      const since = clock.now
      read(() => {
        const claimedAt = clock.now
        row.use(costs.claimEveryMs / 1000, () =>
          step('claim', 0, () => {
            claims.push(clock.now - claimedAt)
            const isAlone = count.begun === known.begun
            count.begun++
            count.running++
            const fill = () => step('params', 0, () => begin(since))
            // Trials that others began in between must be known.
            if (isAlone) fill()
            else read(fill)
          }),
        )
      })
    }
    const begin = (since: number) => {
      asks.push(clock.now - since)
      isTraining = true
      const length = trialS()
      const every = length / (reports + 1)
      const report = () =>
        step('report', 0, () => {
          const isDue = 1000 * (clock.now - known.readAt) >= readAgainAfterMs(known.running)
          if (isDue) read(next)
          else next()
        })
      let told = 0
      const next = () => clock.after(every, told++ < reports ? report : end)
      next()
    }
    const end = () =>
      step('finish', 0, () => {
        isTraining = false
        count.running--
        count.finished++
        ask()
      })
    const beat = () => {
      clock.after((BEAT * DEFAULT_LEASE_MS) / 1000, beat)
      if (isTraining) step('heartbeat', 0, () => {})
      step('stale', count.running * costs.stalePerTrialMs, () => {})
    }
    ask()
    beat()
  }

  for (let i = 0; i < workers; i++) clock.after(random() * trialS(), work)
  clock.runUntil(seconds / 2)
  const before = { ...count, askedS: database.askedS, rowS: row.askedS, claims: claims.length, asks: asks.length }
  clock.runUntil(seconds)
  const a = (now: number, then: number) => (now - then) / (seconds / 2)
  return {
    begun: count.begun,
    finished: count.finished,
    running: count.running,
    trialsASecond: a(count.finished, before.finished),
    statementsASecond: a(count.statements, before.statements),
    databaseAsked: a(database.askedS, before.askedS),
    readingAsked: a(count.readingS, before.readingS),
    claimsBusy: a(row.askedS, before.rowS),
    claims: claims.slice(before.claims),
    asks: asks.slice(before.asks),
  }
}
