import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { curveHistory, curveTrial, describePruner } from '../testing/pruner-suite.ts'
import type { Report, RunningTrial, TrialRecord } from '../trial/trial-record.ts'
import { highestOpenRung, noiseOf, pashaPruner } from './pasha.ts'

describePruner('pasha', () => pashaPruner())

const RANGE = { min: 1, max: 27, eta: 3 }
const curve = (...losses: readonly number[]): Report[] => losses.map((loss, i) => [i + 1, loss])
const paused = (number: number, ...losses: readonly number[]): TrialRecord => ({
  ...curveTrial(number, 'pruned', curve(...losses)),
  systemAttrs: { 'diapason:paused': losses.length },
})
/** Three that are paused at epoch 3, in the order that they had at epoch 1. */
const settled = [paused(0, 9, 9, 8), paused(1, 8, 8, 7), paused(2, 7, 7, 6)]
/** The third comes to be the worst. */
const unsettled = [...settled.slice(0, 2), paused(2, 7, 8.5, 9)]
const openRung = (trials: readonly TrialRecord[]) => highestOpenRung(curveHistory(trials), RANGE)
const promote = (trials: readonly TrialRecord[], isLast = false) =>
  pashaPruner().promote?.(curveHistory(trials), isLast)

describe('opens the rungs above the second', () => {
  it('one after the other, as long as the order of the highest two differs', () => {
    expect(openRung([])).toBe(1)
    expect(openRung(settled)).toBe(1)
    expect(openRung(unsettled)).toBe(2)
    const nine = (number: number, at1: number, at3: number, at9: number) =>
      paused(number, at1, at1, at3, at3, at3, at3, at3, at3, at9)
    expect(openRung([nine(0, 9, 8, 8), nine(1, 8, 7, 7), nine(2, 7, 9, 9)])).toBe(2)
    expect(openRung([nine(0, 9, 8, 1), nine(1, 8, 7, 7), nine(2, 7, 9, 9)])).toBe(3)
    expect(openRung([nine(0, 9, 8, 1), nine(1, 8, 7, 7), nine(2, 7, 6, 9)])).toBe(1)
  })

  it('for those alone that have come so far', () => {
    expect(openRung([...settled, paused(3, 1), paused(4, 2)])).toBe(1)
  })

  it('not for differences that are noise', () => {
    // 0 and 1 change places twice, which tells that 0.2 apart is alike; then 2 and 3 have changed places for no reason.
    const tangled = [paused(0, 5, 5.3, 5), paused(1, 5.2, 5.1, 5.2)]
    expect(openRung([...tangled, paused(2, 8.1, 8, 8), paused(3, 8, 8.1, 8.1)])).toBe(1)
    expect(openRung([...tangled, paused(2, 8.3, 8, 8), paused(3, 8, 8.1, 8.1)])).toBe(2)
  })

  it('by the larger value where the goal is maximised', () => {
    const mirrored = (trials: readonly TrialRecord[]) =>
      trials.map(({ number, reports }) => paused(number, ...reports.map(([, loss]) => -loss)))
    const goals = [{ name: 'accuracy', direction: 'maximize' }] as const
    expect(highestOpenRung(curveHistory(mirrored(settled), goals), RANGE)).toBe(1)
    expect(highestOpenRung(curveHistory(mirrored(unsettled), goals), RANGE)).toBe(2)
  })
})

describe('noise', () => {
  it('is the difference of curves that cross to and fro, at the last epoch that both reached', () => {
    expect(noiseOf([curve(5, 5.3, 5), curve(5.2, 5.1, 5.25)], 3)).toBeCloseTo(0.25)
    expect(noiseOf([curve(5, 5.3, 5, 9), curve(5.2, 5.1, 5.25)], 9)).toBeCloseTo(0.25)
    expect(noiseOf([curve(5, 5.3, 5), curve(5.2, 5.1, 5.25)], 2)).toBe(0)
    expect(noiseOf([curve(5, 5.3), curve(5.2, 5.1)], 9)).toBe(0)
    expect(noiseOf([curve(5, Number.NaN, 5), curve(5.2, 5.1, 5.25)], 9)).toBe(0)
  })
})

describe('promotes', () => {
  it('below the highest open rung as ever, and nobody beyond it', () => {
    expect(promote([paused(0, 3), paused(1, 2), paused(2, 1)])).toBe(2)
    expect(promote(settled)).toBeUndefined()
    expect(promote(unsettled)).toBe(1)
  })

  it('the best of each rung to the end, once nothing new may begin', () => {
    expect(promote(settled, true)).toBe(2)
    const whole = curveTrial(2, 'complete', curve(...Array.from({ length: 27 }, () => 1)))
    expect(promote([settled[0]!, settled[1]!, whole], true)).toBeUndefined()
  })
})

it('pauses at the highest open rung, and says why', () => {
  const trial = curveTrial(3, 'running', curve(5, 5, 5)) as RunningTrial
  const decide = (peers: readonly TrialRecord[]) => pashaPruner().decide(curveHistory([...peers, trial]), trial)
  expect(decide([...settled, paused(4, 9.5, 9.5, 9), paused(5, 9.6, 9.6, 9.5)])).toEqual({
    action: 'pause',
    reason: 'at epoch 3: 5 is number 1 of 6, and longer trainings would not change the order',
  })
  expect(decide([...unsettled, paused(4, 9.5, 9.5, 9.1), paused(5, 9.6, 9.6, 9.5)])).toEqual({ action: 'continue' })
  // The first to come so far goes on.
  expect(decide([])).toEqual({ action: 'continue' })
})

it('refuses bad options', () => expect(() => pashaPruner({ eta: 1 })).toThrow(OptionError))
