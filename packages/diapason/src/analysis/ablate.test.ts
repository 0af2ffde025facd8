import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { branch, choice, float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy } from '../study/create-study.ts'
import { ablate } from './ablate.ts'
import { ablatedTrial, ablation } from './ablation.ts'
import { jointChanges } from './joint-changes.ts'

const space = {
  a: float(0, 1, { default: 0 }),
  b: float(0, 1, { default: 0 }),
  c: float(0, 1, { default: 0 }),
  optimizer: branch('kind', {
    adam: { rate: float(0, 1, { default: 0.1 }) },
    sgd: { momentum: float(0, 1), decay: float(0, 1) },
  }),
} as const

type Params = {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly optimizer: { readonly kind: string; readonly rate?: number }
}

/** `a` is worth 4, `b` another 2 but only with `a`; sgd is worth 1, and `c` nothing. */
const worth = ({ a, b, optimizer }: Params) => 4 * a + 2 * a * b + (optimizer.kind === 'sgd' ? 1 : 0)
const winner = { a: 1, b: 1, c: 1, optimizer: { kind: 'sgd', momentum: 0.9, decay: 0.5 } }

async function studyWith(
  objective: (params: Params, trial: { readonly seed: number }) => number,
  storage = memoryStorage(),
) {
  const study = await createStudy({
    name: 's',
    goals: { score: 'maximize' },
    space,
    storage,
    seed: 1,
    ifExists: 'resume',
  })
  if (study.trials.length === 0) {
    await study.enqueue(winner)
    await study.optimize(objective, { trials: 2 })
  }
  return study
}

describe('ablate', () => {
  it('takes the change that helps most at each step, a branch as one', async () => {
    const study = await studyWith(worth)
    const { steps, total, verdict, noise } = await ablate(study, worth, { runs: 20 })
    expect(steps.map(({ changes, gain }) => [changes.map(({ path }) => path), gain])).toEqual([
      [['a'], 4],
      [['b'], 2],
      [['optimizer'], 1],
      [['c'], 0],
    ])
    expect(steps[2]?.node.params).toEqual({
      a: 1,
      b: 1,
      c: 0,
      optimizer: 'sgd',
      'optimizer.sgd.momentum': 0.9,
      'optimizer.sgd.decay': 0.5,
    })
    expect(total).toEqual({ gain: 7, interval: [7, 7] })
    expect(noise).toBe(0)
    expect(verdict.kind).toBe('some')
    expect(verdict.words).toContain('a, b and optimizer earned 100 % of it; the other change can stay at the defaults')
    // 4 + 3 + 2 candidates, the last of which leads to the winner, and three repeats that tell that the objective has no noise.
    expect(study.trials.length).toBeLessThanOrEqual(2 + 9 + 5)
    expect(study.best.number).toBe(0)
  })

  it('leaves the changes together for which the budget does not do, and measures their sum', async () => {
    const study = await studyWith(worth)
    const { steps, total } = await ablate(study, worth, { runs: 8 })
    expect(steps.map(({ changes }) => changes.map(({ path }) => path))).toEqual([['a'], ['b', 'c', 'optimizer']])
    expect(steps.map(({ gain }) => gain)).toEqual([4, 3])
    expect(total.gain).toBe(7)
    expect(study.trials.length).toBeLessThanOrEqual(2 + 8)
  })

  it('measures each step by runs that it was not chosen by, with intervals', async () => {
    const noisy = (params: Params, { seed }: { readonly seed: number }) =>
      worth(params) + 0.1 * createRng(seed).normal()
    const study = await studyWith(noisy)
    const { steps, total, noise, verdict } = await ablate(study, noisy, { runs: 40 })
    expect(noise).toBeGreaterThan(0.05)
    expect(noise).toBeLessThan(0.2)
    const [low, high] = total.interval!
    expect(low).toBeLessThan(7)
    expect(high).toBeGreaterThan(7)
    expect(high - low).toBeLessThan(0.6)
    expect(steps.every(({ node }) => node.runs >= 2)).toBe(true)
    expect(verdict.kind).toBe('some')
    expect(study.trials.length).toBe(2 + 40)
  })

  it('says so where tuning bought nothing', async () => {
    const noise = (_: Params, { seed }: { readonly seed: number }) => createRng(seed).normal()
    const study = await studyWith(noise)
    const { verdict } = await ablate(study, noise, { runs: 40, winner: 0 })
    expect(verdict.kind).toBe('nothing')
    expect(verdict.words).toContain('keep the defaults')
  })

  it('goes on after an interruption without training anything twice, and can be read off the stored trials', async () => {
    const storage = memoryStorage()
    const halt = new AbortController()
    let runs = 0
    const counting = (params: Params) => {
      if (++runs === 5) halt.abort()
      return worth(params)
    }
    const study = await studyWith(counting, storage)
    await ablate(study, counting, { runs: 20, signal: halt.signal })
    const resumed = await studyWith(counting, storage)
    const result = await ablate(resumed, counting, { runs: 20 })
    const once = await studyWith(worth)
    const whole = await ablate(once, worth, { runs: 20 })
    expect(result.steps.map(({ changes }) => changes[0]?.path)).toEqual(
      whole.steps.map(({ changes }) => changes[0]?.path),
    )
    // The one that was cut short was trained again.
    expect(runs).toBe(once.trials.length + 1)
    expect(ablatedTrial(resumed.trials)).toBe(0)
    expect(ablation(resumed)).toEqual(result)
  })

  it('never goes over a change that fails, and tells what cannot be ablated', async () => {
    const failing = (params: Params) => {
      if (params.b === 1 && params.a === 0) throw new Error('diverged')
      return worth(params)
    }
    const study = await studyWith(failing)
    const { steps } = await ablate(study, failing, { runs: 20 })
    expect(steps[0]?.changes[0]?.path).toBe('a')
    const restricted = await createStudy({
      goals: { score: 'maximize' },
      space,
      where: ({ a, b }) => a === 1 || b === 0,
      seed: 1,
    })
    await restricted.enqueue(winner)
    await restricted.optimize(worth, { trials: 2 })
    const allowed = await ablate(restricted, worth, { runs: 20 })
    expect(allowed.steps.map(({ changes }) => changes[0]?.path)).toEqual(['a', 'b', 'optimizer', 'c'])
    const plain = await createStudy({ goals: { loss: 'minimize' }, space: { x: choice([1, 2]) } })
    await plain.optimize(({ x }) => x, { trials: 1 })
    await expect(ablate(plain, () => 1, { runs: 4 })).rejects.toThrow(/no default/)
  })
})

describe('jointChanges', () => {
  it('keeps together what a count brings, and apart what is its own', () => {
    const changes = jointChanges(
      { layers: 1, 'layers.0.units': 8, rate: 0.1 },
      { layers: 2, 'layers.0.units': 16, 'layers.1.units': 32, rate: 0.1 },
    )
    expect(changes.map(({ path, parts }) => [path, parts.map((part) => part.path)])).toEqual([
      ['layers', ['layers', 'layers.1.units']],
      ['layers.0.units', ['layers.0.units']],
    ])
  })
})
