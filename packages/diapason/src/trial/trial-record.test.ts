import { describe, expect, it } from 'vitest'
import { fixedParams, isFinished, lastReport, type TrialRecord } from './trial-record.ts'

const waiting: TrialRecord = {
  id: 1,
  number: 0,
  state: 'waiting',
  params: {},
  distributions: {},
  reports: [],
  userAttrs: {},
  systemAttrs: {},
  startedAt: undefined,
}

describe('trial records', () => {
  it('are finished once complete, pruned or failed', () => {
    const end = { finishedAt: 1, values: [] }
    const trials: TrialRecord[] = [
      waiting,
      { ...waiting, state: 'running' },
      { ...waiting, ...end, state: 'complete' },
      { ...waiting, ...end, state: 'pruned' },
      { ...waiting, state: 'failed', reason: 'it threw', finishedAt: 1 },
    ]
    expect(trials.map(isFinished)).toEqual([false, false, true, true, true])
  })

  it('know their last report, where there is one', () => {
    const reports: TrialRecord['reports'] = [
      [1, 0.5],
      [3, Number.NaN],
    ]
    expect(lastReport({ ...waiting, reports })).toEqual([3, Number.NaN])
    expect(lastReport(waiting)).toBeUndefined()
  })

  it('tell fixed values from none', () => {
    expect(fixedParams({ ...waiting, systemAttrs: { fixed_params: { x: 1 } } })).toEqual({ x: 1 })
    for (const odd of [undefined, null, 'x', 3]) {
      expect(fixedParams({ ...waiting, systemAttrs: { fixed_params: odd } })).toBeUndefined()
    }
  })
})
