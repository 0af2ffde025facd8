import { describe, expect, it } from 'vitest'
import { judgeArms } from '../math/best-arm.ts'
import { createRng } from '../math/rng.ts'
import { randomSampler } from '../samplers/random.ts'
import { int } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { confirm, repeatedTrial } from './confirm.ts'
import { createStudy } from './create-study.ts'

/** Configurations 0 … 9 are worth 0.80 … 0.89, seen with noise from the trial's seed. */
const worth = (config: number) => 0.8 + config / 100
const noisy = ({ config }: { config: number }, { seed }: { seed: number }) =>
  worth(config) + 0.02 * createRng(seed).normal()

async function searched(seed: number, trials = 40) {
  const study = await createStudy({
    goals: { accuracy: 'maximize' },
    space: { config: int(0, 9) },
    sampler: randomSampler(),
    seed,
  })
  await study.optimize(noisy, { trials })
  return study
}

describe('confirm', () => {
  it('reports what the winner is worth, not what it was lucky to score', async () => {
    let before = 0
    let after = 0
    for (let seed = 0; seed < 40; seed++) {
      const study = await searched(seed)
      const confirmed = await confirm(study, noisy, { runs: 8, certainty: 1 })
      before += study.best.values.accuracy - worth(study.best.params.config)
      after += (confirmed?.winner.mean ?? 0) - worth(confirmed?.winner.params.config ?? 0)
    }
    expect(before / 40).toBeGreaterThan(0.02)
    expect(Math.abs(after / before)).toBeLessThan(0.2)
  })

  it('spends its runs on the finalists, two each first, as marked trials that are never the best', async () => {
    const study = await searched(3)
    const found = study.best.number
    const confirmed = await confirm(study, noisy, { runs: 12, finalists: 4, certainty: 1 })
    const repeats = study.trials.filter((trial) => repeatedTrial(trial) !== undefined)
    expect(repeats).toHaveLength(12)
    expect(confirmed?.finalists).toHaveLength(4)
    expect(confirmed?.finalists.every(({ runs }) => runs.length >= 2)).toBe(true)
    expect(new Set(confirmed?.finalists.map(({ params }) => params.config)).size).toBe(4)
    expect(study.best.number).toBe(found)
    expect(confirmed?.finalists.reduce((sum, { chanceBest }) => sum + chanceBest, 0)).toBeCloseTo(1, 12)
    expect(confirmed?.winner.interval[0]).toBeLessThan(confirmed?.winner.mean ?? 0)
  })

  it('stops once it is sure', async () => {
    const clear = ({ config }: { config: number }, { seed }: { seed: number }) =>
      config + 0.001 * createRng(seed).normal()
    const study = await createStudy({
      goals: { score: 'maximize' },
      space: { config: int(0, 9) },
      sampler: randomSampler(),
      seed: 1,
    })
    await study.optimize(clear, { trials: 30 })
    const confirmed = await confirm(study, clear, { runs: 100, finalists: 3 })
    expect(confirmed?.winner).toMatchObject({ params: { config: 9 }, chanceBest: 1 })
    expect(study.trials.length).toBe(36)
  })

  it('goes on after an interruption without repeating finished runs', async () => {
    const storage = memoryStorage()
    const options = {
      name: 's',
      goals: { accuracy: 'maximize' },
      space: { config: int(0, 9) },
      storage,
      seed: 5,
      ifExists: 'resume',
    } as const
    const study = await createStudy({ ...options, sampler: randomSampler() })
    await study.optimize(noisy, { trials: 20 })
    const halt = new AbortController()
    let runs = 0
    const halting: typeof noisy = (params, trial) => {
      if (++runs === 4) halt.abort()
      return noisy(params, trial)
    }
    await confirm(study, halting, { runs: 8, certainty: 1, signal: halt.signal })
    const resumed = await createStudy({ ...options, sampler: randomSampler() })
    const confirmed = await confirm(resumed, halting, { runs: 8, certainty: 1 })
    expect(runs).toBe(9)
    expect(confirmed?.finalists.reduce((sum, finalist) => sum + finalist.runs.length, 0)).toBe(8)
  })

  it('drops a finalist that fails when it is trained again', async () => {
    const study = await searched(7)
    const best = study.best.params.config
    const failing: typeof noisy = (params, trial) => {
      if (params.config === best) throw new Error('diverged')
      return noisy(params, trial)
    }
    const confirmed = await confirm(study, failing, { runs: 10, certainty: 1 })
    expect(confirmed?.finalists.map(({ params }) => params.config)).not.toContain(best)
  })

  it('says what cannot be confirmed', async () => {
    const study = await createStudy({ goals: { a: 'minimize', b: 'minimize' }, space: { x: int(0, 9) } })
    await expect(confirm(study, () => ({ a: 1, b: 1 }), { runs: 8 })).rejects.toThrow(/2 goals/)
    const empty = await createStudy({ goals: { a: 'minimize' }, space: { x: int(0, 9) } })
    await expect(confirm(empty, () => 1, { runs: 8 })).rejects.toThrow(/0 complete configurations/)
    await expect(confirm(empty, () => 1, { runs: 1 })).rejects.toThrow(/runs is 1/)
  })
})

describe('judgeArms', () => {
  const rng = () => createRng(1)

  it('shrinks means by the share of noise in their differences', () => {
    // NumPy 2.4.6, balanced: MSW = 0.02, MSB = 0.72667, τ² = (MSB − MSW) / 2, share τ² / (τ² + MSW / 2) = 0.972477.
    const judged = judgeArms(
      [
        [0.9, 1.1],
        [1.4, 1.6],
        [2.1, 2.3],
      ],
      rng(),
    )
    const expected = [1.01559633, 1.50183486, 2.18256881]
    for (const [i, mean] of expected.entries()) expect(judged.arms[i]?.mean).toBeCloseTo(mean, 8)
    expect(judged.arms[0]?.standardError).toBeCloseTo(0.09907832134966703, 12)
    expect(judged.noise).toBeCloseTo(Math.sqrt(0.02), 12)
    expect(judged.best).toBe(0)
  })

  it('gives noise no winner', () => {
    const judged = judgeArms(
      [
        [1, 2],
        [2, 1],
        [1.5, 1.5],
      ],
      rng(),
    )
    expect(judged.arms.map(({ mean }) => mean)).toEqual([1.5, 1.5, 1.5])
    for (const { chanceBest } of judged.arms) expect(chanceBest).toBeCloseTo(1 / 3, 1)
  })

  it('runs the closest rival where it has fewer runs', () => {
    expect(
      judgeArms(
        [
          [1, 1.1, 0.9],
          [1.2, 1.3],
          [5, 5.1],
        ],
        rng(),
      ).next,
    ).toBe(1)
    expect(
      judgeArms(
        [
          [1, 1.1],
          [1.2, 1.3, 1.25],
          [5, 5.1],
        ],
        rng(),
      ).next,
    ).toBe(0)
  })
})
