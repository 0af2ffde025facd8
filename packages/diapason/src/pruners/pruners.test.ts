import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { curveHistory, curveTrial, describePruner } from '../testing/pruner-suite.ts'
import type { Direction } from '../trial/history.ts'
import type { Report, RunningTrial, TrialRecord } from '../trial/trial-record.ts'
import { ashaPruner } from './asha.ts'
import { bracketOf, bracketShares, hyperbandPruner } from './hyperband.ts'
import { medianPruner } from './median.ts'
import { noPruner } from './no-pruning.ts'
import { patientPruner } from './patient.ts'
import { percentilePruner } from './percentile.ts'
import type { Pruner } from './pruner.ts'
import { thresholdPruner } from './threshold.ts'

describePruner('noPruning', () => noPruner())
describePruner('median', () => medianPruner({ startupTrials: 2 }))
describePruner('percentile', () => percentilePruner(25, { startupTrials: 1, warmupSteps: 2, intervalSteps: 2 }))
describePruner('threshold', () => thresholdPruner({ lower: -1.2, upper: 1.2 }))
describePruner('patient', () => patientPruner(undefined, { patience: 2 }))
describePruner('patient around hyperband', () => patientPruner(hyperbandPruner(), { patience: 1 }))
describePruner('asha', () => ashaPruner())
describePruner('hyperband', () => hyperbandPruner())

type Event = [number, number, number | 'NaN', boolean] | [number, 'complete']
type Case = { pruner: string; options: Record<string, number>; direction: Direction; events: Event[] }
const golden: { cases: Case[]; brackets: [number, number, number, number[]][] } = JSON.parse(
  readFileSync(new URL('./fixtures/optuna-decisions.json', import.meta.url), 'utf8'),
)

/** The pruner that equals Optuna's in a golden case. Rungs stay below 13 = the curves' length + 1, as ours need none at the end. */
function ours({ pruner, options }: Case): Pruner {
  switch (pruner) {
    case 'median':
      return medianPruner(options)
    case 'percentile':
      return percentilePruner(options.percent ?? 50, options)
    case 'threshold':
      return thresholdPruner(options)
    case 'patient':
      return patientPruner(undefined, { patience: 0, ...options })
    case 'patient-median':
      return patientPruner(medianPruner({ startupTrials: 2 }), { patience: 0, ...options })
    default:
      return ashaPruner({ max: 13, ...options })
  }
}

describe('decides as Optuna 5.0.0 does where all report at the same steps', () => {
  for (const played of golden.cases) {
    it(`${played.pruner} ${JSON.stringify(played.options)}, ${played.direction}`, () => {
      const pruner = ours(played)
      const trials = Array.from({ length: 40 }, (_, number) => curveTrial(number, 'waiting', []))
      for (const event of played.events) {
        const reports = trials[event[0]]?.reports ?? []
        if (event[1] === 'complete') {
          trials[event[0]] = curveTrial(event[0], 'complete', reports)
          continue
        }
        const [number, step, value, pruned] = event as [number, number, number | 'NaN', boolean]
        const grown: Report[] = [...reports, [step, Number(value)]]
        const trial = curveTrial(number, 'running', grown) as RunningTrial
        trials[number] = trial
        const history = curveHistory([...trials], [{ name: 'score', direction: played.direction }])
        expect({ number, step, action: pruner.decide(history, trial).action }).toEqual({
          number,
          step,
          action: pruned ? 'prune' : 'continue',
        })
        if (pruned) trials[number] = curveTrial(number, 'pruned', grown)
      }
    })
  }

  it('shares of Hyperband brackets', () => {
    for (const [min, max, eta, shares] of golden.brackets) expect(bracketShares({ min, max, eta })).toEqual(shares)
  })
})

const complete = (...curves: Report[][]) => curves.map((reports, number) => curveTrial(number, 'complete', reports))
const every = (step: number, values: number[]): Report[] => values.map((value, index) => [step * (index + 1), value])

/** Decides about one more trial; the reason, or undefined when it goes on. */
function reasonFor(
  pruner: Pruner,
  peers: TrialRecord[],
  reports: Report[],
  direction: Direction = 'minimize',
): string | undefined {
  const trial = curveTrial(peers.length, 'running', reports) as RunningTrial
  const decision = pruner.decide(curveHistory([...peers, trial], [{ name: 'score', direction }]), trial)
  return decision.action === 'prune' ? decision.reason : undefined
}

describe('median and percentile', () => {
  const three = complete(every(1, [0.5, 0.4, 0.3]), every(1, [0.7, 0.6, 0.5]), every(1, [0.9, 0.8, 0.7]))
  const eager = medianPruner({ startupTrials: 1 })

  it('says in words what it compared', () => {
    expect(reasonFor(eager, three, every(1, [0.8, 0.65]))).toBe('at epoch 2: 0.65 is above the median 0.6 of 3 trials')
    const better = complete(every(1, [0.9]), every(1, [0.5]))
    expect(reasonFor(eager, better, [[1, 0.69999]], 'maximize')).toBe(
      'at epoch 1: 0.69999 is below the median 0.7 of 2 trials',
    )
  })

  it('compares the best so far, not the latest report', () => {
    expect(reasonFor(eager, three, every(1, [0.5, 0.9]))).toBeUndefined()
  })

  it('waits for five complete trials unless told otherwise', () => {
    expect(reasonFor(medianPruner(), three, [[1, 9]])).toBeUndefined()
    expect(reasonFor(medianPruner(), [...three, ...three.slice(0, 2)].map(renumber), [[1, 9]])).toContain('of 5 trials')
  })

  it('finds peers that report at other steps: each counts with its latest report up to this step', () => {
    const tens = complete(every(10, [0.5, 0.4]), every(10, [0.7, 0.6]))
    expect(reasonFor(eager, tens, [[9, 5]])).toBeUndefined()
    expect(reasonFor(eager, tens, [[19, 0.61]])).toBe('at epoch 19: 0.61 is above the median 0.6 of 2 trials')
    expect(reasonFor(eager, tens, [[21, 0.51]])).toBe('at epoch 21: 0.51 is above the median 0.5 of 2 trials')
    expect(reasonFor(medianPruner({ startupTrials: 1, minPeers: 3 }), tens, [[21, 9]])).toBeUndefined()
  })

  it('passes over NaN of peers, and stops a trial that reported nothing else', () => {
    const gaps = complete(every(1, [0.5, Number.NaN]), every(1, [Number.NaN, Number.NaN]))
    expect(reasonFor(eager, gaps, every(1, [Number.NaN, 0.6]))).toContain('above the median 0.5 of 1 trial')
    expect(reasonFor(eager, gaps, every(1, [Number.NaN, Number.NaN]))).toBe('at epoch 2: only NaN was reported so far')
  })

  it('ranks infinite reports', () => {
    const blown = complete(every(1, [0.5]), every(1, [0.6]), every(1, [Number.POSITIVE_INFINITY]))
    expect(reasonFor(eager, blown, [[1, 0.61]])).toContain('above the median 0.6 of 3')
    expect(reasonFor(eager, blown, [[1, Number.POSITIVE_INFINITY]])).toContain('infinity is above the median')
  })

  it('looks once an interval, also when the exact step is skipped', () => {
    const spaced = medianPruner({ startupTrials: 1, warmupSteps: 1, intervalSteps: 5 })
    const peers = complete(every(1, new Array(27).fill(0)))
    const stopped = [1, 2, 6, 7, 11].map((step) => reasonFor(spaced, peers, every(1, new Array(step).fill(1))))
    expect(stopped.map((reason) => reason !== undefined)).toEqual([true, false, true, false, true])
    const skipping: Report[] = [
      [4, 1],
      [8, 1],
    ]
    expect(reasonFor(spaced, peers, skipping)).toBeDefined()
  })
})

describe('threshold', () => {
  const bounds = thresholdPruner({ lower: 0, upper: 1 })
  it.each([
    [0, undefined],
    [1, undefined],
    [1.5, 'at epoch 3: 1.5 is above the upper bound 1'],
    [-0.5, 'at epoch 3: -0.5 is below the lower bound 0'],
    [Number.NaN, 'at epoch 3: NaN was reported'],
    [Number.POSITIVE_INFINITY, 'at epoch 3: infinity is above the upper bound 1'],
  ])('a report of %s: %s', (value, expected) => {
    expect(reasonFor(bounds, [], [[3, value]])).toBe(expected)
  })
})

describe('patient', () => {
  const two = patientPruner(undefined, { patience: 2 })
  it.each([
    ['too few reports to tell', [1, 5, 5], false],
    ['the last three are worse than the best before', [1, 5, 5, 5], true],
    ['one of the last three is as good', [1, 5, 5, 1], false],
    ['all that came lately is NaN', [1, Number.NaN, Number.NaN, Number.NaN], true],
  ])('%s', (_, values, stops) => {
    expect(reasonFor(two, [], every(1, values)) !== undefined).toBe(stops)
  })

  it('says what it saw', () => {
    const reason = 'at epoch 4: the best of the last 3 reports, 5, is worse than 1 before'
    expect(reasonFor(two, [], every(1, [1, 6, 5, 7]))).toBe(reason)
  })
})

describe('asha', () => {
  const reached = (...values: number[]) => values.map((value, number) => curveTrial(number, 'pruned', [[1, value]]))

  it('keeps the best third of those that reached the rung, ties included', () => {
    const five = reached(0.1, 0.2, 0.3, 0.4, 0.5)
    expect(reasonFor(ashaPruner(), five, [[1, 0.15]])).toBeUndefined()
    expect(reasonFor(ashaPruner(), five, [[1, 0.2]])).toBeUndefined()
    expect(reasonFor(ashaPruner(), five, [[1, 0.25]])).toBe('at epoch 1: 0.25 is number 3 of 6, and the best 2 go on')
  })

  it('decides at rungs alone, which come from the fidelity, and never at its end', () => {
    const peers = [curveTrial(0, 'running', every(1, new Array(27).fill(0)))]
    const steps = Array.from({ length: 27 }, (_, index) => index + 1)
    const stopping = steps.filter(
      (step) => reasonFor(ashaPruner(), peers, every(1, new Array(step).fill(1))) !== undefined,
    )
    expect(stopping).toEqual([1, 3, 9])
  })

  it('counts a report after a skipped rung for that rung', () => {
    const evens = [curveTrial(0, 'complete', every(2, [0.5, 0.4, 0.3, 0.2, 0.1]))]
    expect(reasonFor(ashaPruner(), evens, every(2, [0.4, 0.45]))).toBe(
      'at epoch 4: 0.45 is number 2 of 2, and the best 1 go on',
    )
    expect(reasonFor(ashaPruner(), evens, every(2, [0.4, 0.35, 0.9]))).toBeUndefined()
  })

  it('remembers trials that reported NaN at a rung as losers, and stops a NaN', () => {
    const lost = reached(Number.NaN, Number.NaN, 0.1, 0.2, Number.NaN)
    expect(reasonFor(ashaPruner(), lost, [[1, 0.15]])).toBeUndefined()
    expect(reasonFor(ashaPruner(), lost, [[1, Number.NaN]])).toBe('at epoch 1: NaN was reported')
  })

  it('can hold back until a rung has company', () => {
    const patientRung = ashaPruner({ startupTrials: 4 })
    expect(reasonFor(patientRung, reached(0.1, 0.2), [[1, 9]])).toBeUndefined()
    expect(reasonFor(patientRung, reached(0.1, 0.2, 0.3), [[1, 9]])).toBeDefined()
  })

  it('reaches fractional rungs in spite of rounding', () => {
    const tenths = ashaPruner({ min: 0.1, max: 1 })
    const peers = [
      curveTrial(0, 'complete', [
        [0.1, 0],
        [0.3, 0],
      ]),
    ]
    expect(
      reasonFor(tenths, peers, [
        [0.2, 1],
        [0.3, 1],
      ]),
    ).toContain('at epoch 0.3')
  })
})

describe('hyperband', () => {
  const shares = bracketShares({ min: 1, max: 27, eta: 3 })

  it('deals trials out in the brackets’ shares, in any run of numbers', () => {
    expect(shares).toEqual([27, 12, 6, 4])
    for (const start of [0, 17, 1000, 123_456]) {
      for (const length of [10, 49, 490]) {
        const counts = [0, 0, 0, 0]
        for (let number = start; number < start + length; number++) counts[bracketOf(number, shares)]! += 1
        for (const [bracket, share] of shares.entries()) {
          expect(Math.abs((counts[bracket] ?? 0) - (length * share) / 49)).toBeLessThan(2.5)
        }
      }
    }
  })

  it('compares a trial with its own bracket alone', () => {
    const inBracket = (bracket: number) => numbersOf(bracket).slice(0, 6)
    const numbersOf = (bracket: number) => [...Array(300).keys()].filter((n) => bracketOf(n, shares) === bracket)
    const trial = curveTrial(inBracket(1)[5] ?? 0, 'running', [
      [1, 5],
      [3, 5],
    ]) as RunningTrial
    const rivals = (bracket: number) =>
      inBracket(bracket)
        .slice(0, 5)
        .map((n) =>
          curveTrial(n, 'pruned', [
            [1, 0],
            [3, 0],
          ]),
        )
    const decide = (peers: TrialRecord[]) =>
      hyperbandPruner().decide(curveHistory([...peers, trial].sort((a, b) => a.number - b.number)), trial).action
    expect(decide(rivals(0))).toBe('continue')
    expect(decide(rivals(2))).toBe('continue')
    expect(decide(rivals(1))).toBe('prune')
  })

  it('asks for the length of a trial where nothing says it', () => {
    const trial = curveTrial(0, 'running', [[1, 0]]) as RunningTrial
    const history = { ...curveHistory([trial]), fidelity: undefined }
    expect(() => hyperbandPruner().view?.(history, 0)).toThrow(OptionError)
    expect(hyperbandPruner({ max: 9 }).decide(history, trial).action).toBe('continue')
  })
})

describe('options outside their range are refused with what came', () => {
  it.each<[string, () => Pruner]>([
    ['percentile must be a number from 0 to 100, got 101', () => percentilePruner(101)],
    ['startupTrials must be a whole number of at least 0, got -1', () => medianPruner({ startupTrials: -1 })],
    ['intervalSteps must be a number of at least', () => medianPruner({ intervalSteps: 0 })],
    ['minPeers must be a whole number of at least 1, got 0', () => medianPruner({ minPeers: 0 })],
    ['needs a bound', () => thresholdPruner({})],
    ['lower must not be above upper, got 2 and 1', () => thresholdPruner({ lower: 2, upper: 1 })],
    ['patience must be a whole number of at least 0, got 1.5', () => patientPruner(medianPruner(), { patience: 1.5 })],
    ['eta must be a number of at least 2, got 1', () => ashaPruner({ eta: 1 })],
    ['skipRungs must be a whole number of at least 0, got NaN', () => ashaPruner({ skipRungs: Number.NaN })],
    ['min must not be above max, got 9 and 3', () => hyperbandPruner({ min: 9, max: 3 })],
  ])('%s', (message, make) => {
    expect(make).toThrow(OptionError)
    expect(make).toThrow(message)
  })
})

function renumber(trial: TrialRecord, number: number): TrialRecord {
  return { ...trial, id: number + 1, number }
}
