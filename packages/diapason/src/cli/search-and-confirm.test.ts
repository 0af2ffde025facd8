import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { float } from '../space/nodes.ts'
import { repeatedTrial } from '../study/confirm.ts'
import { createStudy, type DynamicStudyOptions } from '../study/create-study.ts'
import type { Goals } from '../study/goals.ts'
import type { Objective } from '../study/optimize.ts'
import { type SearchRequest, searchAndConfirm } from './search-and-confirm.ts'

const options = { name: 's', goals: { loss: 'minimize' }, space: { x: float(0, 1) }, seed: 1 }
const open = () => createStudy(options as object as DynamicStudyOptions<unknown, Goals>)

/** Its scores are a fifth noise. */
const noisy = ((params: { x: number }, { seed }) => params.x + 0.2 * createRng(seed).normal()) as Objective<
  unknown,
  Goals
>

async function run(objective: Objective<unknown, Goals>, how: Partial<SearchRequest>) {
  const said: string[] = []
  const study = await open()
  const request = { study, objective, options: {}, share: 0.15, isInterrupted: () => false, say: said.push.bind(said) }
  const ended = await searchAndConfirm({ ...request, ...how })
  const repeats = study.trials.filter((trial) => repeatedTrial(trial) !== undefined)
  return { ...ended, study, said, repeats: repeats.length, searched: study.trials.length - repeats.length }
}

describe('a budget of trials', () => {
  it('keeps its share for repeats of the best', async () => {
    const { searched, repeats, confirmation, result, said } = await run(noisy, { options: { total: 80 } })
    expect({ searched, repeats }).toEqual({ searched: 68, repeats: 12 })
    expect(confirmation?.finalists).toHaveLength(4)
    expect(result).toMatchObject({ reason: 'trials', trials: 80 })
    expect(said).toEqual([expect.stringContaining('training the best 4 again')])
    // The luckiest of 68 looked better than it is.
    expect(confirmation?.optimism).toBeGreaterThan(0)
  })

  it.each([
    ['is too small', { options: { total: 20 } }],
    ['is wanted for the search alone', { options: { total: 60 }, share: 0 }],
  ])('is searched with to its end where it %s', async (_, how) => {
    const { repeats, searched, confirmation } = await run(noisy, how)
    expect({ repeats, searched, confirmation }).toEqual({
      repeats: 0,
      searched: how.options.total,
      confirmation: undefined,
    })
  })

  it('goes back to the search where the objective does not depend on its seed', async () => {
    const { repeats, searched, confirmation } = await run((params) => (params as { x: number }).x, {
      options: { total: 60 },
    })
    expect(confirmation).toBeUndefined()
    expect(repeats).toBeLessThan(4)
    expect(searched + repeats).toBe(60)
  })

  it('has repeats of its own when the study is gone on with', async () => {
    const first = await run(noisy, { options: { total: 40 } })
    const { study } = first
    const again = await searchAndConfirm({
      study,
      objective: noisy,
      options: { total: 80 },
      share: 0.15,
      isInterrupted: () => false,
      say() {},
    })
    expect(again.result).toMatchObject({ reason: 'trials', trials: 40 })
    expect(study.trials.filter((trial) => repeatedTrial(trial) !== undefined)).toHaveLength(12)
  })
})

describe('a budget of time', () => {
  it('keeps its share, and ends no later', async () => {
    const objective: typeof noisy = async (params, trial) => {
      await sleep(10)
      return noisy(params, trial) as number
    }
    const { repeats, confirmation, result } = await run(objective, { options: { time: 1500 } })
    expect(confirmation?.finalists.length).toBeGreaterThan(1)
    expect(repeats).toBeGreaterThanOrEqual(4)
    expect(result.reason).toBe('time')
    expect(result.elapsedMs).toBeLessThan(2500)
  })

  it('cuts no trial short for it, and searches on where trials take too long', async () => {
    const objective: typeof noisy = async (params, trial) => {
      await sleep(200)
      return noisy(params, trial) as number
    }
    const { repeats, study } = await run(objective, { options: { time: 1100 } })
    expect(repeats).toBe(0)
    expect(study.trials.length).toBeGreaterThanOrEqual(5)
    expect(study.trials.slice(0, -1).every(({ state }) => state === 'complete')).toBe(true)
  })
})

it('does not search on once somebody has stopped the study while the best were trained again', async () => {
  let isConfirming = false
  const study = await open()
  const stopped: typeof noisy = (params, trial) => {
    // The first repeat; one is not enough for a judgement.
    if (isConfirming) study.stop()
    return noisy(params, trial)
  }
  const { result } = await searchAndConfirm({
    study,
    objective: stopped,
    options: { total: 60 },
    share: 0.15,
    isInterrupted: () => false,
    say() {
      isConfirming = true
    },
  })
  expect(result.reason).toBe('stop')
  expect(study.trials.length).toBeLessThan(60)
})

it('confirms nothing once somebody has asked the run to end', async () => {
  const { repeats, confirmation } = await run(noisy, { options: { total: 40 }, isInterrupted: () => true })
  expect({ repeats, confirmation }).toEqual({ repeats: 0, confirmation: undefined })
})
