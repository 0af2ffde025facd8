import { describe, expect, it } from 'vitest'
import { curvesData } from '../analysis/curves-data.ts'
import { rungsData } from '../analysis/rungs-data.ts'
import { ATTR } from '../study/study-parts.ts'
import type { Goal } from '../trial/history.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { rungsChart } from './rungs-chart.ts'
import { sliceChart } from './slice-chart.ts'

const goals: readonly Goal[] = [{ name: 'accuracy', direction: 'maximize' }]

function trial(number: number, value: number, repeats?: number): TrialRecord {
  const reports = [1, 3, 9].map((step) => [step, value - 0.1 / step] as const)
  const systemAttrs = repeats === undefined ? {} : { [ATTR.repeats]: repeats }
  const base = { id: number, number, params: {}, distributions: {}, userAttrs: {}, startedAt: 0, finishedAt: 1 }
  return { ...base, systemAttrs, reports, state: 'complete', values: [value] }
}

describe('repeats of the best', () => {
  const trials = [trial(0, 0.7), trial(1, 0.9), trial(2, 0.8), trial(3, 0.6), trial(4, 0.95, 1), trial(5, 0.85, 1)]
  const fidelity = { name: 'epochs', min: 1, max: 9 }

  it('are never the best curve, however lucky', () => {
    expect(curvesData(trials, goals, fidelity)).toMatchObject({ best: 1, of: 4 })
  })

  it('do not speak for the order at a rung', () => {
    const { rungs } = rungsData(trials, goals, fidelity)
    expect(new Set(rungs.map((rung) => rung.trials))).toEqual(new Set([4]))
  })
})

describe('what is said of rungs', () => {
  const rung = (step: number, correlation: number) => ({
    step,
    trials: 20,
    correlation,
    interval: undefined,
    kept: 0.8,
  })
  const caption = (...correlations: readonly number[]) =>
    rungsChart({ goal: goals[0]!, unit: 'epochs', end: 27, rungs: correlations.map((one, i) => rung(3 ** i, one)) })
      .caption

  it('is said of the first from which on all agree, and what stands before it', () => {
    expect(caption(0.5, 0.6, 0.9)).toMatch(/From 9 epochs on .* Before that it does not \(0.6 after 3\)/)
    expect(caption(0.9, 0.5, 0.8)).toContain('From 9 epochs on')
    expect(caption(0.8, 0.85, 0.9)).toContain('From the first rung on')
    expect(caption(0.8, 0.85, 0.9)).not.toContain('Before that')
    expect(caption(0.9, 0.9, 0.3)).toContain('At no rung')
  })
})

describe('what a slice calls the best', () => {
  const bin = (from: number, mean: number, spread = 0.001) => ({ from, to: from + 0.1, mean, spread })
  const slice = (at: readonly number[], dependence: readonly ReturnType<typeof bin>[]) =>
    sliceChart({
      goal: goals[0]!,
      axis: { path: 'dropout', scale: 'linear', low: 0, high: 0.3 },
      points: at.map((place, number) => ({ number, at: place, value: 0.9 })),
      dependence,
      of: at.length,
    }).caption

  it('lies where trials were', () => {
    expect(slice([0.05, 0.15], [bin(0, 0.8), bin(0.1, 0.9), bin(0.2, 0.99)])).toContain('it is best at about 0.15')
  })

  it('is not named where the band is wider than the difference, or nothing was tried beside it', () => {
    expect(slice([0.05, 0.15], [bin(0, 0.899, 0.01), bin(0.1, 0.9, 0.01)])).toContain(
      'the differences are within the band',
    )
    expect(slice([0.05], [bin(0, 0.8), bin(0.1, 0.9)])).toContain('all trials are at one place')
  })
})
