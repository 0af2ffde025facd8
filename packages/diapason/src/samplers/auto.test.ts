import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { branch, type Entries, float, int } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { describeSampler } from '../testing/sampler-suite.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import { autoSampler } from './auto.ts'
import { gpSampler } from './gp.ts'
import { tpeSampler } from './tpe.ts'

describeSampler('auto', { create: () => autoSampler(), neverRepeats: true, learns: true })

const plain: Entries = { x: float(0, 1), y: float(0, 1) }

function historyOf(entries: Entries, finished: number) {
  const space = compileSpace(entries)
  const rng = createRng(7)
  const trials = Array.from({ length: finished }, (_, number) => {
    const params = { x: rng.next(), y: rng.next() }
    return buildTrial(space, number, params, { state: 'complete', values: [(params.x - 0.4) ** 2 + params.y] })
  })
  return buildHistory(space, [...trials, buildTrial(space, finished, {}, { state: 'running' })], { seed: 3 })
}

describe('the method that auto picks', () => {
  const sentence = (entries: Entries, finished: number) =>
    autoSampler().describe?.(historyOf(entries, finished)).sentence

  it('is told in words with what was seen', () => {
    expect(sentence(plain, 0)).toBe('0 trials finished, 2 parameters: well-spread points first')
    expect(sentence(plain, 5)).toMatch(/^5 trials finished, 2 parameters: Gaussian process, /)
    expect(sentence(plain, 301)).toMatch(/^301 trials finished, 2 parameters: TPE, and every fifth /)
    expect(sentence({ kind: branch('kind', { a: { x: float(0, 1) }, b: { y: int(1, 4) } }) }, 0)).toBe(
      '0 trials finished, 3 parameters (2 conditional): well-spread points first',
    )
  })

  it('is TPE where parameters are very many', () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`p${i}`, float(0, 1)]))
    expect(autoSampler().describe?.(historyOf(many, 0)).name).toBe('tpe')
  })

  it('is the one whose suggestion it gives', () => {
    const suggested = (sampler: ReturnType<typeof autoSampler>, finished: number) =>
      sampler.suggest(historyOf(plain, finished), [finished], createRng(1))
    expect(suggested(autoSampler(), 20)).toEqual(suggested(gpSampler(), 20))
    expect(suggested(autoSampler(), 305)).toEqual(suggested(gpSampler(), 305))
    expect(suggested(autoSampler(), 306)).toEqual(suggested(tpeSampler(), 306))
  })
})
