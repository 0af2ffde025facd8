import { expect, it } from 'vitest'
import { randomSampler } from '../samplers/random.ts'
import { float } from '../space/nodes.ts'
import { createStudy } from '../study/create-study.ts'
import { outlookJson } from './outlook-json.ts'
import type { ShownStudy } from './study-shelf.ts'

it('is worked out anew for a small study, kept for a large one, and waits until one has been read', async () => {
  const study = await createStudy({
    goals: { loss: 'minimize' },
    space: { x: float(0, 1) },
    sampler: randomSampler(),
    seed: 1,
  })
  // What its objectives take does not matter here.
  const outlook = (reading?: number) => outlookJson({ study: study as unknown as ShownStudy, reading })
  const fail = async () => {
    await study.optimize(
      () => {
        throw new Error('out of memory')
      },
      { trials: 1 },
    )
  }
  await study.optimize(({ x }) => x, { trials: 998 })
  expect(outlook()?.failures).toEqual([])
  await fail()
  expect(outlook()?.failures).toMatchObject([{ count: 1 }])
  await fail()
  // A thousand now: one more than when it was worked out.
  expect(outlook()?.failures).toMatchObject([{ count: 1 }])
  await study.optimize(({ x }) => x, { trials: 9 })
  expect(outlook()?.failures).toMatchObject([{ count: 2 }])
  expect(outlook(5000)).toBeNull()
})
