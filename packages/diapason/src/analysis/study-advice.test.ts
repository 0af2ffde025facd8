import { describe, expect, it } from 'vitest'
import { randomSampler } from '../samplers/random.ts'
import { branch, choice, float, int } from '../space/nodes.ts'
import { createStudy } from '../study/create-study.ts'
import { efficiencyOutlook, expectedBest } from './efficiency-data.ts'
import { outlookWords } from './outlook-words.ts'
import { coverageWords, spaceCoverage } from './space-coverage.ts'
import { studyAdvice } from './study-advice.ts'

const space = {
  rate: float(1e-4, 0.1),
  units: int(16, 512, { log: true }),
  optimizer: branch('kind', { adam: {}, sgd: { momentum: float(0, 0.99) } }),
  activation: choice(['relu', 'tanh', 'elu']),
} as const

async function studyOf(configurations: readonly object[]) {
  const study = await createStudy({ goals: { loss: 'minimize' }, space, sampler: randomSampler(), seed: 1 })
  for (const params of configurations) await study.enqueue(params as never)
  await study.optimize(({ rate }) => rate, { trials: configurations.length })
  return study
}

const usual = { rate: 0.05, units: 64, optimizer: { kind: 'adam' }, activation: 'relu' }

describe('studyAdvice', () => {
  it('asks for a log scale where a linear range spans more than a hundredfold', async () => {
    const study = await studyOf([usual])
    expect(studyAdvice(study, undefined)).toEqual([
      'rate goes from 0.0001 to 0.1 evenly, nine tenths of it above 0.01: use a log scale.',
    ])
  })

  it('tells of options and branches that no trial had, once there are trials enough', async () => {
    const few = await studyOf([usual])
    expect(studyAdvice(few, undefined).join()).not.toContain('never')
    const study = await studyOf(Array.from({ length: 20 }, (_, i) => ({ ...usual, rate: 0.01 + i / 1000 })))
    expect(studyAdvice(study, undefined)).toEqual(
      expect.arrayContaining(['Never tried: optimizer sgd; activation tanh or elu. Queue one, or take them out.']),
    )
  })
})

describe('spaceCoverage', () => {
  it('counts options and quarters of ranges, and leaves out what no trial could have had', async () => {
    const study = await studyOf([usual, { ...usual, rate: 0.09, units: 500 }])
    // rate 4, units 4, optimizer 2, activation 3; the momentum of sgd is not to be had without it.
    expect(spaceCoverage(study.space, study.trials)).toMatchObject({ cells: 13, tried: 2 + 2 + 1 + 1 })
    expect(coverageWords(study.space, study.trials)).toBe(
      'The trials have been in 46 % of all options and quarters of ranges; never in rate 0.0001 to 0.0251, rate 0.0501 to 0.075, units 16 to 37, units 89 to 214 and 3 more.',
    )
  })

  it('says so where the trials have been everywhere', async () => {
    const study = await createStudy({ goals: { loss: 'minimize' }, space: { x: int(1, 2), y: choice(['a', 'b']) } })
    await study.enqueue({ x: 1, y: 'a' })
    await study.enqueue({ x: 2, y: 'b' })
    await study.optimize(() => 1, { trials: 2 })
    expect(coverageWords(study.space, study.trials)).toContain('every quarter of every range')
  })
})

describe('efficiencyOutlook', () => {
  it('bounds what more trials gain by what the last ones did, over all orders', async () => {
    // Least of 2 of {1, 2, 3}: pairs (1,2), (1,3), (2,3).
    expect(expectedBest([1, 2, 3], 2)).toBeCloseTo(4 / 3, 12)
    expect(expectedBest([1, 2, 3], 3)).toBe(1)
    const study = await studyOf(Array.from({ length: 12 }, (_, i) => ({ ...usual, rate: (i + 1) / 200 })))
    // Least of 6 of 1 … 12: mean (n + 1) / (k + 1) = 13 / 7.
    expect(efficiencyOutlook(study.trials, study.goals)).toEqual({
      trials: 6,
      gain: expect.closeTo((13 / 7 - 1) / 200, 12),
    })
    expect(outlookWords(study)).toMatch(
      /^6 more trials like these would be expected to gain 0\.0043 or less\. The trials have been/,
    )
    expect(efficiencyOutlook(study.trials.slice(0, 9), study.goals)).toBeUndefined()
  })
})
