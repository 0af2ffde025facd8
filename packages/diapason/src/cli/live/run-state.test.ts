import { describe, expect, it } from 'vitest'
import { completeTrial, DEFAULTS, failedTrial, prunedTrial, runningTrial, sampleInfo } from '../fixtures/sample-run.ts'
import type { RunEvent } from '../progress.ts'
import { applyEvent, budgetProgress, changedPaths, createRunState, finishedTrials } from './run-state.ts'

const ended = (trial: Extract<RunEvent, { type: 'trial-end' }>['trial']): RunEvent => ({
  type: 'trial-end',
  at: 0,
  trial,
  isBest: false,
})
const started = (number: number): RunEvent => ({ type: 'trial-start', at: 0, trial: runningTrial(number, 0) })

describe('the state of a run', () => {
  it('starts from the trials of earlier runs', () => {
    const earlier = [completeTrial(0, 0.9, DEFAULTS), prunedTrial(1, 3, 0.5), failedTrial(2, 'no'), runningTrial(3, 1)]
    const state = createRunState(sampleInfo({ earlier }))
    expect(state.counts).toEqual({ complete: 1, pruned: 1, failed: 1 })
    expect(state.best[0]?.number).toBe(0)
    expect(state.defaults?.number).toBe(0)
    expect(state.finishedNow).toBe(0)
  })

  it('keeps the best by the direction of each goal', () => {
    const goals = [
      { name: 'loss', direction: 'minimize' },
      { name: 'size', direction: 'maximize' },
    ] as const
    const state = createRunState(sampleInfo({ goals }))
    applyEvent(state, ended({ ...completeTrial(0, 0), values: [3, 1] }))
    applyEvent(state, ended({ ...completeTrial(1, 0), values: [1, 0] }))
    applyEvent(state, ended({ ...completeTrial(2, 0), values: [2, 5] }))
    applyEvent(state, ended({ ...completeTrial(3, 0), values: [1, 5] }))
    expect(state.best.map((trial) => trial?.number)).toEqual([1, 2])
  })

  it('leaves running trials in their place', () => {
    const state = createRunState(sampleInfo())
    for (const number of [1, 2, 3]) applyEvent(state, started(number))
    applyEvent(state, ended(prunedTrial(2, 1, 0.1)))
    expect(state.running.map((trial) => trial?.number)).toEqual([1, undefined, 3])
    applyEvent(state, started(4))
    expect(state.running.map((trial) => trial?.number)).toEqual([1, 4, 3])
    applyEvent(state, { type: 'report', at: 0, trial: runningTrial(3, 5), step: 5, value: 1 })
    expect(state.running[2]?.reports).toHaveLength(5)
  })

  it('follows the default from its start to its end, and takes its retry', () => {
    const state = createRunState(sampleInfo())
    applyEvent(state, { type: 'trial-start', at: 0, trial: runningTrial(0, 0, DEFAULTS) })
    expect(state.defaults).toMatchObject({ number: 0, state: 'running' })
    applyEvent(state, ended({ ...failedTrial(0, 'lost'), params: DEFAULTS }))
    applyEvent(state, started(1))
    expect(state.defaults).toMatchObject({ number: 0, state: 'failed' })
    applyEvent(state, ended(completeTrial(2, 0.9, DEFAULTS)))
    expect(state.defaults).toMatchObject({ number: 2, state: 'complete' })
  })

  it('keeps the last few notices, the newest first', () => {
    const state = createRunState(sampleInfo())
    for (const text of ['a', 'b', 'c', 'd']) applyEvent(state, { type: 'notice', at: 0, level: 'info', text })
    expect(state.notices.map(({ text }) => text)).toEqual(['d', 'c', 'b'])
  })

  it('names the parameters that differ from the default, all where there is none', () => {
    expect(changedPaths({ a: 1, b: null, c: 'x' }, { a: 1, b: null, c: 'y' })).toEqual(['c'])
    expect(changedPaths({ a: 1 }, undefined)).toEqual(['a'])
  })
})

describe('progress against the budget', () => {
  const startedAt = 1_000_000

  it('is that of the nearest limit', () => {
    const state = createRunState(sampleInfo())
    for (let number = 0; number < 30; number++) applyEvent(state, ended(prunedTrial(number, 1, 0.1)))
    expect(finishedTrials(state)).toBe(30)
    expect(budgetProgress(state, startedAt + 9000)).toEqual([
      { kind: 'trials', fraction: 0.5 },
      { kind: 'time', fraction: 0.2 },
    ])
    expect(budgetProgress(state, startedAt + 40_500)[0]).toEqual({ kind: 'time', fraction: 0.9 })
  })

  it('counts the way from the first value to the target', () => {
    const budget = { trials: undefined, timeMs: undefined, target: 1 }
    const state = createRunState(sampleInfo({ budget }))
    expect(budgetProgress(state, startedAt)).toEqual([{ kind: 'target', fraction: 0 }])
    applyEvent(state, ended(completeTrial(0, 0.5)))
    expect(budgetProgress(state, startedAt)[0]?.fraction).toBe(0)
    applyEvent(state, ended(completeTrial(1, 0.875)))
    expect(budgetProgress(state, startedAt)[0]?.fraction).toBe(0.75)
    applyEvent(state, ended(completeTrial(2, 1.5)))
    expect(budgetProgress(state, startedAt)[0]?.fraction).toBe(1)
  })

  it('does not break on infinite values or a clock that went back', () => {
    const budget = { trials: undefined, timeMs: 1000, target: 0 }
    const state = createRunState(sampleInfo({ budget, goals: [{ name: 'loss', direction: 'minimize' }] }))
    applyEvent(state, ended(completeTrial(0, Number.POSITIVE_INFINITY)))
    for (const { fraction } of budgetProgress(state, startedAt - 5000)) expect(fraction).toBe(0)
  })
})
