import { describe, expect, it } from 'vitest'
import { branch, choice, float, int, repeat } from '../space/nodes.ts'
import { compileSpace, type ParamValues } from '../space/search-space.ts'
import { ATTR } from '../study/study-parts.ts'
import { buildTrial } from '../testing/trial-builders.ts'
import type { Report, TrialRecord } from '../trial/trial-record.ts'
import { atBounds } from './at-bounds.ts'
import { defaultTrial } from './default-trial.ts'
import { paramChanges } from './param-changes.ts'
import { measureSavings } from './savings.ts'

const space = compileSpace({
  layers: repeat(1, 4, { units: int(16, 512, { log: true }) }),
  optimizer: branch('kind', {
    adam: { learningRate: float(1e-5, 1e-1, { log: true }) },
    sgd: { learningRate: float(1e-4, 1, { log: true }), momentum: float(0, 0.99) },
  }),
  dropout: float(0, 0.5),
  nesterov: choice([true, false]),
  batches: int(1, 2),
})
const curve = (epochs: number, from = 1): Report[] => Array.from({ length: epochs }, (_, i) => [from + i, 0.5])
const withAttr = (trial: TrialRecord, key: string, value: unknown): TrialRecord => ({
  ...trial,
  systemAttrs: { ...trial.systemAttrs, [key]: value },
})

describe('measureSavings', () => {
  const complete = (epochs: number, from = 1) =>
    buildTrial(space, 0, {}, { state: 'complete', values: [1], reports: curve(epochs, from) })
  const pruned = (epochs: number, from = 1) =>
    buildTrial(space, 1, {}, { state: 'pruned', reports: curve(epochs, from) })
  const fidelity = { name: 'epochs', min: 1, max: 27 }

  it('is what whole trials would have cost, less what was spent', () => {
    const trials = [complete(27), pruned(1), pruned(3), pruned(9)]
    expect(measureSavings(trials, fidelity)).toEqual({
      unit: 'epochs',
      full: 27,
      spent: 40,
      saved: 68,
      share: 68 / 108,
    })
    expect(68).toBe(27 * 4 - 40)
  })

  it('counts steps from 0 as from 1', () => {
    const trials = [complete(27, 0), pruned(1, 0), pruned(3, 0), pruned(9, 0)]
    expect(measureSavings(trials, fidelity)).toMatchObject({ spent: 40, saved: 68 })
  })

  it('claims nothing for trials that failed, still run, or were stopped by the clock', () => {
    const failed = { ...pruned(2), state: 'failed' as const, reason: 'out of memory' } as TrialRecord
    const running = { ...pruned(2), state: 'running' as const } as TrialRecord
    const stopped = withAttr(pruned(5), ATTR.stopped, 'the time budget ran out')
    expect(measureSavings([complete(27), failed, running, stopped], fidelity)).toMatchObject({
      spent: 34,
      saved: 0,
      share: 0,
    })
  })

  it('measures by the longest complete trial where no fidelity is declared', () => {
    expect(measureSavings([complete(10), pruned(4)], undefined)).toMatchObject({
      unit: 'steps',
      full: 10,
      spent: 14,
      saved: 6,
    })
  })

  it('knows nothing where nobody reported', () => {
    expect(measureSavings([buildTrial(space, 0, {}, { state: 'complete', values: [1] })], fidelity)).toBeUndefined()
    expect(measureSavings([pruned(3)], undefined)).toBeUndefined()
  })
})

describe('paramChanges', () => {
  it('names what changed, and what came and went with a branch', () => {
    const from: ParamValues = { optimizer: 'adam', 'optimizer.adam.learningRate': 1e-3, dropout: 0, layers: 1 }
    const to: ParamValues = { optimizer: 'sgd', 'optimizer.sgd.momentum': 0.9, dropout: 0, layers: 2 }
    expect(paramChanges(from, to)).toEqual([
      { kind: 'changed', path: 'optimizer', from: 'adam', to: 'sgd' },
      { kind: 'added', path: 'optimizer.sgd.momentum', to: 0.9 },
      { kind: 'changed', path: 'layers', from: 1, to: 2 },
      { kind: 'removed', path: 'optimizer.adam.learningRate', from: 1e-3 },
    ])
  })

  it('tells values of different types apart, and null from absent', () => {
    expect(paramChanges({ a: 1, b: null }, { a: '1', b: null })).toHaveLength(1)
  })
})

describe('defaultTrial', () => {
  const params = { dropout: 0.1 }
  const complete = (number: number, p: ParamValues = params) =>
    buildTrial(space, number, p, { state: 'complete', values: [number] })

  it('is the trial marked so, a complete retry before an interrupted first attempt', () => {
    const failed = withAttr(buildTrial(space, 0, params, { state: 'failed' }), ATTR.origin, 'default')
    const retried = withAttr(complete(3), ATTR.origin, 'default')
    expect(defaultTrial([failed, complete(1), retried], undefined)?.number).toBe(3)
    expect(defaultTrial([failed, complete(1)], undefined)?.number).toBe(0)
  })

  it('is also one that somebody queued with just the default values', () => {
    expect(defaultTrial([complete(0, { dropout: 0.2 }), complete(1)], { dropout: 0.1 })?.number).toBe(1)
    expect(defaultTrial([complete(0)], { dropout: 0.1, more: 1 })).toBeUndefined()
  })
})

describe('atBounds', () => {
  it('names numbers at the end of their range, on the scale of the range', () => {
    const at = atBounds(space, {
      layers: 4,
      'layers.0.units': 512,
      'layers.1.units': 500,
      optimizer: 'sgd',
      'optimizer.sgd.learningRate': 1.1e-4,
      'optimizer.sgd.momentum': 0.985,
      dropout: 0.495,
      nesterov: true,
    })
    expect(at.map(({ path, bound }) => `${path} ${bound}`)).toEqual([
      'layers high',
      'layers.0.units high',
      'optimizer.sgd.learningRate low',
      'optimizer.sgd.momentum high',
      'dropout high',
    ])
  })

  it('leaves natural limits, short ranges and unknown names alone', () => {
    expect(atBounds(space, { layers: 1, dropout: 0, 'optimizer.sgd.learningRate': 1, batches: 2, foreign: 9 })).toEqual(
      [],
    )
  })
})
