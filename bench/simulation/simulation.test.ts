import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createRng } from '../../packages/diapason/src/math/rng.ts'
import type { Costs } from './costs.ts'
import { simulateFleet } from './simulate-fleet.ts'
import { createStation } from './station.ts'
import { createVirtualClock } from './virtual-clock.ts'

const costs = JSON.parse(readFileSync(join(import.meta.dirname, 'costs.json'), 'utf8')) as Costs

it('makes requests wait as long as queueing theory says: M/D/1', () => {
  const rng = createRng(1)
  const clock = createVirtualClock()
  const station = createStation(clock, 1)
  const waits: number[] = []
  const arrive = () => {
    const since = clock.now
    station.use(1, () => waits.push(clock.now - since - 1))
    clock.after(-Math.log(1 - rng.next()) / 0.7, arrive)
  }
  arrive()
  clock.runUntil(200_000)
  // Pollaczek and Khinchine: load / (2 (1 - load)) service times.
  expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(0.7 / 0.6, 1)
})

it('runs one worker as a clock does', () => {
  const load = simulateFleet({
    workers: 1,
    reports: 7,
    costs,
    databaseCores: 2,
    seconds: 3000,
    trialS: () => 15,
    random: () => 0,
  })
  const { read, claim, params, report, finish } = costs.steps
  const waits = read.waitMs + claim.waitMs + params.waitMs + 7 * (report.waitMs + read.waitMs) + finish.waitMs
  expect(load.trialsASecond).toBeCloseTo(1 / (15 + waits / 1000), 2)
})

it('ends every trial once, or it still runs', () => {
  const rng = createRng(2)
  const load = simulateFleet({
    workers: 200,
    reports: 3,
    costs,
    databaseCores: 2,
    seconds: 200,
    trialS: () => 5 + 20 * rng.next(),
    random: () => rng.next(),
  })
  expect(load.finished).toBeGreaterThan(1000)
  expect(load.begun).toBe(load.finished + load.running)
  expect(load.running).toBeLessThanOrEqual(200)
})
