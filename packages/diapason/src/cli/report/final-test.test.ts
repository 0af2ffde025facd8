import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { inProcessTests } from '../../runner/test-runner.ts'
import type { FinalTest } from '../../study/define-study.ts'
import { type FinalTestOptions, runFinalTest } from './final-test.ts'

const config = (params: string) => ({ params, values: { name: params } })
const options: FinalTestOptions = { baseline: config('default'), candidate: config('winner'), seed: 7, seeds: 3 }
const inThisProcess = (test: FinalTest<unknown>, jobs = 1) => inProcessTests(test, jobs)

describe('the final test', () => {
  it('runs both configurations with the same seeds, taking turns', async () => {
    const calls: [unknown, number][] = []
    const progress: number[] = []
    const scores = await runFinalTest(
      inThisProcess(async (params, { seed }) => {
        calls.push([params, seed])
        return params === 'default' ? [0, 1] : [1, 1]
      }),
      { ...options, onProgress: (done, total) => progress.push(done / total) },
    )
    expect(calls.map(([params]) => params)).toEqual(['default', 'winner', 'default', 'winner', 'default', 'winner'])
    const seeds = calls.map(([, seed]) => seed)
    expect([seeds[0], seeds[2], seeds[4]]).toEqual([seeds[1], seeds[3], seeds[5]])
    expect(new Set(seeds).size).toBe(3)
    expect(scores).toMatchObject({ isStopped: false, failure: undefined })
    expect(scores.baseline).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ])
    expect(scores.candidate).toHaveLength(3)
    expect(progress.at(-1)).toBe(1)
  })

  it('gives the same seeds for the same study, and others for another', async () => {
    const seedsFor = async (seed: number) => {
      const seeds: number[] = []
      await runFinalTest(
        inThisProcess(async (_, context) => [seeds.push(context.seed)]),
        { ...options, seed },
      )
      return seeds
    }
    expect(await seedsFor(7)).toEqual(await seedsFor(7))
    expect(await seedsFor(7)).not.toEqual(await seedsFor(8))
  })

  it('runs as many at once as it may', async () => {
    let running = 0
    let most = 0
    await runFinalTest(
      inThisProcess(async () => {
        most = Math.max(most, ++running)
        await sleep(2)
        running--
        return [1]
      }, 4),
      options,
    )
    expect(most).toBe(4)
  })

  it('keeps whole pairs where it is stopped, without waiting for a test that does not listen', async () => {
    const halt = new AbortController()
    let runs = 0
    const scores = await runFinalTest(
      inThisProcess(async () => {
        if (++runs < 4) return [1]
        halt.abort()
        return new Promise<number[]>(() => {})
      }),
      { ...options, signal: halt.signal },
    )
    expect(scores).toMatchObject({ isStopped: true, failure: undefined })
    expect(scores.baseline).toHaveLength(1)
    expect(scores.candidate).toHaveLength(1)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('no such layer')), 'no such layer'],
    [
      'throws at once',
      () => {
        throw new Error('at once')
      },
      'at once',
    ],
    ['returns a number', async () => 0.9 as unknown as number[], 'the test returned 0.9'],
    ['returns nothing', async () => [], 'give a list'],
    ['returns NaN', async () => [1, Number.NaN], 'example 1 is NaN'],
  ])('gives no scores where the test %s', async (_, test, cause) => {
    const scores = await runFinalTest(inThisProcess(test as () => Promise<number[]>), options)
    expect(scores.failure).toContain(cause)
    expect(scores.baseline).toEqual([])
  })
})
