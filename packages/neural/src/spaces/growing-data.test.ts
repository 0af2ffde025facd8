import { createStudy, defaultsOf, randomSampler } from 'diapason'
import { onGrowingData } from 'diapason/fidelity'
import { afterAll, expect, test } from 'vitest'
import { selectRows } from '../data/dataset.ts'
import { digits } from '../data/digits.ts'
import { prepare } from '../data/split.ts'
import { releaseSessions } from '../runtime/shared-sessions.ts'
import { type DenseTrialParams, denseObjective } from './dense-objective.ts'
import { denseSpace } from './dense-space.ts'

const parts = prepare(await digits(), { validation: 0.2, test: 0.3, seed: 1 })
afterAll(releaseSessions)

test('an objective trains on the rows that it is given, and is scored on the whole validation part', async () => {
  const rows = Int32Array.from({ length: 100 }, (_, i) => 3 * i)
  const trial = { number: 0, seed: 3, signal: new AbortController().signal }
  const params = defaultsOf(denseSpace)
  const share = await denseObjective(parts, { rows, epochs: 3 })(params, trial)
  const cut = { training: selectRows(parts.training, rows), validation: parts.validation }
  expect(await denseObjective(cut, { epochs: 3 })(params, trial)).toBe(share)
  expect(await denseObjective(parts, { epochs: 3 })(params, trial)).toBeGreaterThan(share)
  expect((share * parts.validation.count) % 1).toBeCloseTo(0, 9)
})

test('a study on growing data trains networks on its subsets', { timeout: 60_000 }, async () => {
  const { training } = parts
  const sizes: number[] = []
  const objective = onGrowingData(
    { examples: { count: training.count, labels: training.labels }, least: 5, most: 5 },
    (params: DenseTrialParams, { rows, ...trial }) => {
      sizes.push(rows.length)
      return denseObjective(parts, { rows, epochs: 2 })(params, trial)
    },
  )
  const study = await createStudy({
    goals: { accuracy: 'maximize' },
    space: denseSpace,
    seed: 1,
    sampler: randomSampler(),
  })
  await study.optimize(objective, { trials: 7, maxFailuresInARow: 7 })
  expect(new Set(sizes)).toEqual(
    new Set([Math.ceil(training.count / 9), Math.ceil(training.count / 3), training.count]),
  )
  expect(study.best.values.accuracy).toBeGreaterThan(0.8)
})
