import { describe, expect, it } from 'vitest'
import { randomSampler } from '../samplers/random.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy } from './create-study.ts'
import { methodChanges } from './method-changes.ts'

/** Says that it changes its method after three trials. */
function changing(): Sampler {
  return {
    ...randomSampler(),
    describe: ({ trials }) =>
      trials.length <= 4 ? { name: 'early', sentence: 'First.' } : { name: 'late', sentence: 'Then.' },
  }
}

describe('changes of a sampler’s method', () => {
  it('are told once each, kept with their first trial, and known again when the study is resumed', async () => {
    const storage = memoryStorage()
    const options = { name: 's', goals: { loss: 'minimize' }, space: { x: float(0, 1) }, storage } as const
    const heard: string[] = []
    for (const ifExists of ['error', 'resume'] as const) {
      const study = await createStudy({ ...options, ifExists, sampler: changing() })
      study.on('method', ({ number, method }) => heard.push(`${number} ${method.sentence}`))
      await study.optimize(({ x }) => x, { trials: 6 })
      expect(methodChanges(study.trials)).toEqual([
        { number: 0, method: { name: 'early', sentence: 'First.' } },
        { number: 4, method: { name: 'late', sentence: 'Then.' } },
      ])
    }
    expect(heard).toEqual(['0 First.', '4 Then.'])
  })

  it('are none for a sampler that has one method', async () => {
    const study = await createStudy({
      goals: { loss: 'minimize' },
      space: { x: float(0, 1) },
      sampler: randomSampler(),
    })
    await study.optimize(({ x }) => x, { trials: 3 })
    expect(methodChanges(study.trials)).toEqual([])
  })
})
