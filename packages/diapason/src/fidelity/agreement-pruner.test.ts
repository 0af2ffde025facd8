import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { spearmanInterval } from '../math/rank-correlation.ts'
import { ashaPruner } from '../pruners/asha.ts'
import { curveHistory, curveTrial, describePruner } from '../testing/pruner-suite.ts'
import type { RunningTrial, TrialRecord } from '../trial/trial-record.ts'
import { agreementAt, checkedTerms } from './agreement.ts'
import { agreementPruner } from './agreement-pruner.ts'

const STEPS = [3, 9, 27]
describePruner('agreement', () => agreementPruner(ashaPruner({ min: 3 }), { steps: STEPS, least: 5 }))

/** A complete trial whose results at 3, 9 and 27 are these. */
const whole = (number: number, ...losses: readonly [number, number, number]): TrialRecord =>
  curveTrial(number, 'complete', [
    [3, losses[0]],
    [9, losses[1]],
    [27, losses[2]],
  ])
/** At 3 the order is another one, at 9 it is the one at the end. */
const configurations = (count: number) => Array.from({ length: count }, (_, i) => whole(i, (7 * i) % 11, i, i / 2))
const at = (trials: readonly TrialRecord[], step: number, changes = {}) =>
  agreementAt(trials, 'minimize', step, STEPS, checkedTerms(changes))

describe('the agreement of orders', () => {
  it('is open until enough have been trained both ways', () => {
    expect(at(configurations(9), 9)).toMatchObject({ configurations: 9, verdict: 'open', interval: undefined })
    expect(at(configurations(10), 9)).toMatchObject({ configurations: 10, verdict: 'agrees', correlation: 1 })
    expect(at(configurations(10), 3)).toMatchObject({ configurations: 10, verdict: 'open' })
    expect(at(configurations(15), 3)).toMatchObject({ configurations: 15, verdict: 'disagrees' })
  })

  it('goes by the lower end of the interval', () => {
    // Two neighbours have changed places.
    const trials = configurations(10).map((trial) => whole(trial.number, 0, trial.number ^ 1, trial.number))
    const { correlation, interval } = at(trials, 9)
    expect(correlation).toBeCloseTo(1 - (6 * 10) / 990, 12)
    expect(interval).toEqual(spearmanInterval(correlation, 10))
    expect(at(trials, 9, { correlation: interval![0] - 1e-9 }).verdict).toBe('agrees')
    expect(at(trials, 9, { correlation: interval![0] }).verdict).toBe('open')
    expect(at(trials, 9, { correlation: interval![0], most: 10 }).verdict).toBe('disagrees')
  })

  it('stays what it was when later trials, which may be a choice, say otherwise', () => {
    const later = Array.from({ length: 10 }, (_, i) => whole(10 + i, 0, -i, i))
    expect(at([...configurations(10), ...later], 9)).toEqual(at(configurations(10), 9))
  })

  it('counts complete trials alone that reported there, not those that skipped it', () => {
    const others = [
      curveTrial(20, 'pruned', [[9, 1]]),
      curveTrial(21, 'running', [[9, 1]]),
      curveTrial(22, 'complete', [[27, 5]]),
    ]
    expect(at([...configurations(4), ...others], 9).configurations).toBe(4)
  })

  it('turns round where the goal is maximised', () => {
    const trials = configurations(10)
    expect(agreementAt(trials, 'maximize', 9, STEPS, checkedTerms({})).verdict).toBe('agrees')
  })
})

describe('the pruner', () => {
  const pruner = agreementPruner(ashaPruner({ min: 3 }), { steps: STEPS, unit: 'examples' })
  const decide = (peers: readonly TrialRecord[], step: number, loss: number) => {
    const trial = curveTrial(peers.length, 'running', [[step, loss]]) as RunningTrial
    return pruner.decide(curveHistory([...peers, trial]), trial).action
  }

  it('stops at a step only once its order agrees', () => {
    expect(decide(configurations(9), 9, 99)).toBe('continue')
    // The other step is not judged yet.
    expect(decide(configurations(10), 9, 99)).toBe('continue')
    expect(decide(configurations(15), 9, 99)).toBe('prune')
    expect(decide(configurations(15), 9, -1)).toBe('continue')
    expect(decide(configurations(15), 3, 99)).toBe('continue')
  })

  it('leaves what diverged to the other pruner at once', () => {
    expect(decide([], 3, Number.NaN)).toBe('prune')
  })

  it('says what it found, and nothing before', () => {
    const told = (count: number) => pruner.describe?.(curveHistory(configurations(count)))
    expect(told(14)).toBeUndefined()
    expect(told(15)?.name).toBe('3-disagrees-9-agrees')
    expect(told(15)?.sentence).toMatch(
      /^The order of 15 configurations at 3 examples does not surely agree with that at 27 \(rank correlation .*\): nobody is stopped there\. The order of 10 configurations at 9 examples agrees with that at 27 \(rank correlation 1, 95 % interval 1 to 1\): trials may be stopped there\.$/,
    )
  })
})

it('refuses terms that are out of range', () => {
  const make = (terms: object) => () => agreementPruner(ashaPruner(), { steps: STEPS, ...terms })
  expect(make({ least: 4 })).toThrow(OptionError)
  expect(make({ least: 12, most: 11 })).toThrow(OptionError)
  expect(make({ correlation: 1 })).toThrow(OptionError)
})
