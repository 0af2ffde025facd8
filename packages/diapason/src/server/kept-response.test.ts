import { expect, it } from 'vitest'
import { randomSampler } from '../samplers/random.ts'
import { float } from '../space/nodes.ts'
import { createStudy } from '../study/create-study.ts'
import { keptResponse } from './kept-response.ts'

it('learns a small study anew, and a large one when it has grown by a hundredth', async () => {
  const study = await createStudy({
    goals: { loss: 'minimize' },
    space: { x: float(0, 1) },
    sampler: randomSampler(),
    seed: 1,
  })
  const grow = async (trials: number) => study.optimize(({ x }) => x, { trials })
  await grow(500)
  keptResponse(study, 0)
  await grow(1)
  expect(keptResponse(study, 0).trials).toHaveLength(501)
  await grow(499)
  const large = keptResponse(study, 0)
  await grow(9)
  expect(keptResponse(study, 0)).toBe(large)
  await grow(1)
  expect(keptResponse(study, 0).trials).toHaveLength(1010)
})
