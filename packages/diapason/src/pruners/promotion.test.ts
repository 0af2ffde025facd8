import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { curveHistory, curveTrial, describePruner } from '../testing/pruner-suite.ts'
import type { Report, RunningTrial, TrialRecord } from '../trial/trial-record.ts'
import { bracketOf, bracketShares } from './hyperband.ts'
import { promotionPruner } from './promotion.ts'

describePruner('promotion', () => promotionPruner())
describePruner('promotion in brackets', () => promotionPruner({ brackets: 3 }))

const curve = (loss: number, steps: number): Report[] => Array.from({ length: steps }, (_, i) => [i + 1, loss])
const paused = (number: number, loss: number, step: number): TrialRecord => ({
  ...curveTrial(number, 'pruned', curve(loss, step)),
  systemAttrs: { 'diapason:paused': step },
})
const decide = (peers: readonly TrialRecord[], reports: readonly Report[]) => {
  const trial = curveTrial(peers.length, 'running', reports) as RunningTrial
  return promotionPruner().decide(curveHistory([...peers, trial]), trial)
}

describe('decides at rungs', () => {
  it('that the first goes on, later ones pause, and the best third goes on at once', () => {
    expect(decide([], curve(5, 1))).toEqual({ action: 'continue' })
    expect(decide([paused(0, 5, 1)], curve(4, 1))).toEqual({
      action: 'pause',
      reason: 'at epoch 1: 4 is number 1 of 2, and none goes on yet',
    })
    const two = [paused(0, 5, 1), paused(1, 4, 1)]
    expect(decide(two, curve(3, 1))).toEqual({ action: 'continue' })
    expect(decide(two, curve(4.5, 1))).toMatchObject({ action: 'pause' })
  })

  it('alone, and not at the end', () => {
    const peers = [curveTrial(0, 'complete', curve(1, 27)), paused(1, 2, 1)]
    expect(decide(peers, curve(9, 2))).toEqual({ action: 'continue' })
    expect(decide(peers, curve(9, 27))).toEqual({ action: 'continue' })
    expect(decide(peers, curve(9, 9))).toMatchObject({ action: 'pause' })
  })

  it('the highest that a report reaches, where it skips some', () => {
    expect(decide([paused(0, 5, 3)], [[4, 6]])).toEqual({
      action: 'pause',
      reason: 'at epoch 4: 6 is number 2 of 2, and none goes on yet',
    })
  })

  it('that NaN stops for good', () => {
    expect(decide([paused(0, 5, 1)], [[1, Number.NaN]])).toMatchObject({ action: 'prune' })
  })
})

describe('promotes', () => {
  const promote = (trials: readonly TrialRecord[], isLast = false) =>
    promotionPruner().promote?.(curveHistory(trials), isLast)

  it('the best third of a rung, one after the other', () => {
    const trials = [6, 5, 4, 3, 2, 1].map((loss, number) => paused(number, loss, 1))
    expect(promote(trials.slice(0, 2))).toBeUndefined()
    expect(promote(trials.slice(0, 3))).toBe(2)
    expect(promote(trials)).toBe(5)
    // Those that went on count at the rung they have left.
    const gone = trials.map((trial) => (trial.number === 5 ? paused(5, 1, 3) : trial))
    expect(promote(gone)).toBe(4)
    expect(promote(gone.map((trial) => (trial.number === 4 ? paused(4, 2, 3) : trial)))).toBeUndefined()
  })

  it('from the highest rung first', () => {
    const trials = [
      paused(0, 1, 1),
      paused(1, 2, 1),
      paused(2, 3, 1),
      paused(3, 9, 3),
      paused(4, 8, 3),
      paused(5, 7, 3),
    ]
    expect(promote(trials)).toBe(5)
  })

  it('nobody who was stopped for good, runs or is complete', () => {
    const trials = [curveTrial(0, 'pruned', curve(1, 1)), paused(1, 2, 1), paused(2, 3, 1)]
    expect(promote(trials)).toBeUndefined()
  })

  it('the best of each rung once nothing new may begin and nothing runs', () => {
    const trials = [paused(0, 2, 1), paused(1, 3, 1)]
    expect(promote(trials)).toBeUndefined()
    expect(promote(trials, true)).toBe(0)
    expect(promote([...trials, curveTrial(2, 'running', [])], true)).toBeUndefined()
    expect(promote([paused(0, 2, 9), paused(1, 3, 1)], true)).toBe(0)
  })

  it('by the larger value where the goal is maximised', () => {
    const trials = [paused(0, 0.1, 1), paused(1, 0.9, 1), paused(2, 0.5, 1)]
    const history = curveHistory(trials, [{ name: 'accuracy', direction: 'maximize' }])
    expect(promotionPruner().promote?.(history, false)).toBe(1)
  })
})

describe('in brackets', () => {
  const shares = bracketShares({ min: 1, max: 27, eta: 3 }).slice(0, 2)
  const membersOf = (bracket: number) => [...Array(60).keys()].filter((n) => bracketOf(n, shares) === bracket)
  const [own, spared] = [membersOf(0), membersOf(1)]
  const pruner = promotionPruner({ brackets: 2 })
  const history = (trials: readonly TrialRecord[]) => curveHistory([...trials].sort((a, b) => a.number - b.number))
  const at = (number: number, loss: number, step: number) =>
    curveTrial(number, 'running', curve(loss, step)) as RunningTrial
  const decide = (peers: readonly TrialRecord[], trial: RunningTrial) =>
    pruner.decide(history([...peers, trial]), trial).action

  it('a trial is ranked among those of its own, and the second bracket spares the lowest rung', () => {
    expect(shares).toEqual([27, 12])
    expect(membersOf(0).length + membersOf(1).length).toBe(60)
    const peers = [paused(own[0]!, 2, 3), paused(spared[0]!, 2, 3)]
    expect(decide(peers, at(own[1]!, 5, 1))).toBe('pause')
    expect(decide(peers, at(spared[1]!, 5, 1))).toBe('continue')
    expect(decide(peers, at(spared[1]!, 5, 3))).toBe('pause')
    expect(decide(peers.slice(0, 1), at(spared[1]!, 5, 3))).toBe('continue')
  })

  it('the highest rung of all brackets goes first', () => {
    const lower = own.slice(0, 3).map((number, i) => paused(number, i, 1))
    const higher = spared.slice(0, 3).map((number, i) => paused(number, 9 - i, 3))
    expect(pruner.promote?.(history(lower), false)).toBe(own[0])
    expect(pruner.promote?.(history([...lower, ...higher]), false)).toBe(spared[2])
    // Three of both together make no third of either.
    expect(pruner.promote?.(history([...lower.slice(0, 2), ...higher.slice(0, 2)]), false)).toBeUndefined()
    expect(pruner.promote?.(history([...lower.slice(0, 2), ...higher.slice(0, 2)]), true)).toBe(spared[1])
  })

  it('there are as many as rungs at most, which needs the length of a whole trial', () => {
    const trial = at(0, 1, 1)
    const unknown = { ...curveHistory([trial]), fidelity: undefined }
    expect(() => promotionPruner({ brackets: 2 }).decide(unknown, trial)).toThrow(/promotionPruner\({ max: 27 }\)/)
    expect(promotionPruner({ brackets: 99, max: 9 }).decide(unknown, trial).action).toBe('continue')
    expect(() => promotionPruner({ brackets: 0 })).toThrow(OptionError)
  })
})

it('takes its options, and refuses bad ones', () => {
  const pruner = promotionPruner({ min: 2, eta: 2, skipRungs: 1 })
  const at = (step: number) => {
    const trial = curveTrial(1, 'running', curve(6, step)) as RunningTrial
    return pruner.decide(curveHistory([paused(0, 5, 4), trial]), trial).action
  }
  expect([1, 2, 3, 4, 5].map(at)).toEqual(['continue', 'continue', 'continue', 'pause', 'continue'])
  expect(() => promotionPruner({ skipRungs: -1 })).toThrow(OptionError)
})
