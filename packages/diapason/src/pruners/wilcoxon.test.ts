import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { describePruner } from '../testing/pruner-suite.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import type { Direction } from '../trial/history.ts'
import type { Report, RunningTrial } from '../trial/trial-record.ts'
import { wilcoxonPruner } from './wilcoxon.ts'

describePruner('wilcoxon', () => wilcoxonPruner())

const space = compileSpace({ x: float(0, 1) })
const reportsOf = (values: readonly number[]): Report[] => values.map((value, step) => [step, value])

function decide(best: readonly number[], own: readonly number[], direction: Direction = 'minimize', options = {}) {
  const mean = best.reduce((a, b) => a + b) / best.length
  const complete = {
    ...buildTrial(space, 0, { x: 0 }, { state: 'complete', values: [mean] }),
    reports: reportsOf(best),
  }
  const running = { ...buildTrial(space, 1, { x: 1 }, { state: 'running' }), reports: reportsOf(own) } as RunningTrial
  const goals = [{ name: 'score', direction }]
  return wilcoxonPruner(options).decide(buildHistory(space, [complete, running], { goals }), running)
}

describe('the Wilcoxon pruner', () => {
  const best = [1, 2, 3, 4, 5, 6]

  it('stops a trial that is worse on four instances in a row, not before', () => {
    // One-sided exact p-values: 1/8, 1/16.
    expect(decide(best, [10, 20, 30]).action).toBe('continue')
    expect(decide(best, [10, 20, 30, 40])).toEqual({
      action: 'prune',
      reason: "after 4 steps in common: worse than trial 0 (Wilcoxon's p is 0.063)",
    })
    expect(decide(best, [10, 20, 30, 40], 'minimize', { threshold: 0.05 }).action).toBe('continue')
    expect(decide(best, [10, 20, 30, 40], 'maximize').action).toBe('continue')
  })

  it('lets a trial go on whose own mean is as good as the best one', () => {
    expect(decide(best, [1.1, 2.2, 3.3, 4.4]).action).toBe('continue')
  })

  it('decides nothing by infinite values or NaN', () => {
    expect(decide(best, [10, 20, 30, Number.POSITIVE_INFINITY]).action).toBe('continue')
    expect(decide(best, [10, 20, 30, Number.NaN]).action).toBe('continue')
  })

  it('refuses options outside their range', () => {
    expect(() => wilcoxonPruner({ threshold: 2 })).toThrow(OptionError)
    expect(() => wilcoxonPruner({ startupSteps: 1 })).toThrow(OptionError)
  })
})
