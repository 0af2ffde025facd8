import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { randomSampler } from '../samplers/random.ts'
import { choice, float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { summarizeFolds } from './corrected-error.ts'
import type { Fold } from './cross-validated.ts'
import { stratifiedKFold } from './k-fold.ts'
import { nestedCrossValidation } from './nested.ts'

const labels = Array.from({ length: 60 }, (_, i) => i % 3)
const options = {
  goals: { accuracy: 'maximize' },
  space: { x: float(0, 1), kind: choice(['good', 'bad']) },
  sampler: randomSampler(),
  seed: 1,
  examples: { count: 60, labels },
  outer: stratifiedKFold(3, { seed: 1 }),
  inner: stratifiedKFold(4),
  budget: { trials: 25 },
} as const

/** Best at x = 0.5 and `good`, with noise that depends on the fold's seed: the best of many looks better than it is. */
const score = ({ x, kind }: { x: number; kind: string }, { seed }: Fold) =>
  0.9 - Math.abs(x - 0.5) - (kind === 'bad' ? 0.2 : 0) + 0.05 * createRng(seed).normal()

describe('nestedCrossValidation', () => {
  it('scores what tuning chose on examples that it never saw', async () => {
    const seen: { outer: boolean; train: Int32Array; test: Int32Array }[] = []
    const outer = options.outer.split(options.examples)
    const result = await nestedCrossValidation(options, (params, fold) => {
      seen.push({ outer: fold.count === 3, train: fold.train, test: fold.test })
      return score(params, fold)
    })
    let at = 0
    for (const { outer: isOuter, train, test } of seen) {
      const hidden = new Set(outer[at]?.test)
      if (isOuter) {
        expect(Array.from(test)).toEqual(Array.from(outer[at]?.test ?? []))
        at++
      } else expect([...train, ...test].some((i) => hidden.has(i))).toBe(false)
    }
    expect(at).toBe(3)
    const scores = result.folds.map((fold) => fold.score)
    expect(result).toMatchObject(summarizeFolds(scores, 20 / 40))
    expect(result.folds.every(({ params }) => params.kind === 'good' && Math.abs(params.x - 0.5) < 0.2)).toBe(true)
  })

  it('says how alike the folds chose, and how much tuning flattered itself', async () => {
    const { stability, optimism, folds, mean } = await nestedCrossValidation(options, score)
    expect(stability.map(({ path }) => path)).toEqual(['x', 'kind'])
    const xs = folds.map(({ params }) => params.x)
    expect(stability[0]?.agreement).toBeCloseTo(1 - (Math.max(...xs) - Math.min(...xs)), 12)
    expect(stability[1]).toMatchObject({ values: ['good', 'good', 'good'], agreement: 1 })
    const inner = folds.reduce((sum, { innerScore }) => sum + innerScore, 0) / 3
    expect(optimism).toBeCloseTo(inner - mean, 12)
  })

  it('goes on where it was stopped', async () => {
    const storage = memoryStorage()
    const whole = await nestedCrossValidation(options, score)
    const halt = new AbortController()
    let trained = 0
    const counting = (params: { x: number; kind: string }, fold: Fold) => {
      if (++trained === 70) halt.abort()
      return score(params, fold)
    }
    const kept = { ...options, storage, name: 'nest', ifExists: 'resume' } as const
    const stopped = nestedCrossValidation({ ...kept, budget: { ...options.budget, signal: halt.signal } }, counting)
    await expect(stopped).rejects.toThrow(/stopped in "nest\/outer 2 of 3"/)
    const resumed = await nestedCrossValidation(kept, counting)
    expect(resumed.folds.map((fold) => fold.params)[0]).toEqual(whole.folds[0]?.params)
    expect(resumed.folds).toHaveLength(3)
    const again = trained
    expect(await nestedCrossValidation(kept, counting)).toEqual(resumed)
    expect(trained).toBe(again)
  })
})
