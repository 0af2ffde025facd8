import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import type { Decision, Pruner } from '../pruners/pruner.ts'
import { searchSpaceOf } from '../space/search-space.ts'
import type { Goal, History } from '../trial/history.ts'
import type { Report, RunningTrial, TrialRecord } from '../trial/trial-record.ts'

const EPOCHS = 27
const MINIMIZE: readonly Goal[] = [{ name: 'loss', direction: 'minimize' }]

/** A trial for tests of pruners: its state and its reports. */
export function curveTrial(number: number, state: TrialRecord['state'], reports: readonly Report[]): TrialRecord {
  const startedAt = state === 'waiting' ? undefined : 1000 + number
  const base = {
    id: number + 1,
    number,
    params: {},
    distributions: {},
    reports,
    userAttrs: {},
    systemAttrs: {},
    startedAt,
  }
  const last = reports[reports.length - 1]
  const values = last === undefined ? [] : [last[1]]
  if (state === 'complete' || state === 'pruned') return { ...base, state, values, finishedAt: 2000 + number }
  if (state === 'failed') return { ...base, state, reason: 'built to fail', finishedAt: 2000 + number }
  return { ...base, state }
}

/** A history for tests of pruners: epochs from 1 to 27, and one goal to minimise unless said otherwise. */
export function curveHistory(trials: readonly TrialRecord[], goals: readonly Goal[] = MINIMIZE): History {
  const fidelity = { name: 'epochs', min: 1, max: EPOCHS }
  return { space: searchSpaceOf([]), goals, trials, fidelity }
}

/**
 * The conformance suite of pruners, for vitest: purity, directions, several goals, NaN and infinities, views, size.
 *
 * @param name what the pruner is called in the test report
 * @param make makes a fresh pruner with the same options each time; bounds in metric units should be symmetric around 0
 * @example
 * describePruner('median', () => medianPruner())
 */
export function describePruner(name: string, make: () => Pruner): void {
  describe(`${name} is a pruner`, () => {
    it('has a kebab-case name', () => expect(make().name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/))

    it('lets a first trial with an ordinary curve finish', () => {
      for (let step = 1; step <= EPOCHS; step++) {
        const trial = running(
          0,
          curve(step, (at) => 1 / at),
        )
        expect(make().decide(curveHistory([trial]), trial)).toEqual({ action: 'continue' })
      }
    })

    it('says why in words when it stops a trial, and changes nothing it was given', () => {
      for (const { history, trial } of situations(40)) {
        const frozen = deepFreeze(history)
        const decision = make().decide(frozen, trial)
        if (decision.action === 'continue') expect(decision).toEqual({ action: 'continue' })
        else expect(decision.reason).toMatch(/\w+ .*\w/)
      }
    })

    it('decides alike when fresh, when asked again, and when it saw trials finish in another order', () => {
      const seasoned = make()
      for (const { history, trial } of situations(40)) {
        const decision = make().decide(history, trial)
        for (const partial of shuffledPrefixes(history, trial)) seasoned.decide(partial, trial)
        expect(seasoned.decide(history, trial)).toEqual(decision)
        expect(seasoned.decide(refinished(history), trial)).toEqual(decision)
      }
    })

    it('treats maximising as the mirror of minimising', () => {
      for (const { history, trial } of situations(40)) {
        const mirrored = mirror(history)
        const mirroredTrial = mirrored.trials.find((other) => other.number === trial.number) as RunningTrial
        expect(make().decide(mirrored, mirroredTrial).action).toBe(make().decide(history, trial).action)
      }
    })

    it('follows the first goal when there are several', () => {
      const second: Goal = { name: 'seconds', direction: 'maximize' }
      for (const { history, trial } of situations(20)) {
        expect(make().decide({ ...history, goals: [...MINIMIZE, second] }, trial)).toEqual(
          make().decide(history, trial),
        )
      }
    })

    it('takes NaN and infinite reports', () => {
      for (const { history, trial } of situations(40, [
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
      ])) {
        expect(isDecision(make().decide(history, trial))).toBe(true)
      }
    })

    it('is not swayed by queued trials', () => {
      for (const { history, trial } of situations(20)) {
        const queued = { ...history, trials: [...history.trials, curveTrial(history.trials.length, 'waiting', [])] }
        expect(make().decide(queued, trial)).toEqual(make().decide(history, trial))
      }
    })

    it('decides twenty times about 10,000 trials within two seconds', () => {
      const { history, trial } = situation(7, 10_000)
      const pruner = make()
      const start = performance.now()
      for (let i = 0; i < 20; i++) pruner.decide(history, trial)
      expect(performance.now() - start).toBeLessThan(2000)
    })

    it('splits a history into views that do not overlap, each holding the trial it is for', () => {
      const pruner = make()
      if (pruner.view === undefined) return // It looks at all trials.
      const { history } = situation(3, 60)
      for (const { number } of history.trials) {
        const view = pruner.view(history, number)
        expect(view.trials.map((trial) => trial.number)).toContain(number)
        expect(pruner.view(view, number)).toEqual(view)
        for (const other of view.trials) expect(pruner.view(history, other.number).trials).toEqual(view.trials)
      }
    })
  })
}

function isDecision(decision: Decision): boolean {
  return decision.action === 'continue' || decision.reason.length > 0
}

function running(number: number, reports: readonly Report[]): RunningTrial {
  return curveTrial(number, 'running', reports) as RunningTrial
}

function curve(length: number, value: (step: number) => number): Report[] {
  return Array.from({ length }, (_, index) => [index + 1, value(index + 1)])
}

interface Situation {
  readonly history: History
  readonly trial: RunningTrial
}

function situations(count: number, oddities: readonly number[] = []): Situation[] {
  return Array.from({ length: count }, (_, seed) => situation(seed, 1 + seed, oddities))
}

/** Trials in all states with falling curves, one of which asks. Reports skip steps now and then. */
function situation(seed: number, count: number, oddities: readonly number[] = []): Situation {
  const rng = createRng(seed)
  const trials: TrialRecord[] = []
  for (let number = 0; number < count; number++) {
    const level = rng.next()
    const length = 1 + rng.int(EPOCHS)
    const full = curve(EPOCHS, (step) => {
      if (oddities.length > 0 && rng.next() < 0.3) return oddities[rng.int(oddities.length)] ?? 0
      return Math.round((level + 1 / step + 0.1 * rng.normal()) * 100) / 100
    }).filter(() => rng.next() < 0.9)
    const state =
      (['complete', 'complete', 'complete', 'pruned', 'failed', 'running'] as const)[rng.int(6)] ?? 'complete'
    trials.push(curveTrial(number, state, state === 'complete' ? full : full.slice(0, length)))
  }
  const asking = rng.int(count)
  const reports = curve(1 + rng.int(EPOCHS), (step) => oddities[rng.int(4)] ?? rng.next() * 1.5 + 1 / step)
  const trial = running(asking, reports)
  trials[asking] = trial
  return { history: curveHistory(trials), trial }
}

function shuffledPrefixes(history: History, trial: RunningTrial): History[] {
  const rng = createRng(history.trials.length)
  return [0.3, 0.7].map((share) => {
    const trials = history.trials.map((other) => {
      return other === trial || rng.next() < share
        ? other
        : curveTrial(other.number, 'running', other.reports.slice(0, 1))
    })
    return { ...history, trials }
  })
}

function refinished(history: History): History {
  const trials = history.trials.map((trial) =>
    'finishedAt' in trial ? { ...trial, finishedAt: 9000 - trial.finishedAt } : trial,
  )
  return { ...history, trials }
}

function mirror(history: History): History {
  const trials = history.trials.map((trial) =>
    curveTrial(
      trial.number,
      trial.state,
      trial.reports.map(([step, value]): Report => [step, -value]),
    ),
  )
  return curveHistory(trials, [{ name: 'loss', direction: 'maximize' }])
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) deepFreeze(inner)
  }
  return value instanceof Map ? value : Object.freeze(value)
}
