import { describe, expect, test } from 'vitest'
import { NetworkError } from '../errors.ts'
import { checkSchedule, followSchedule, type Schedule, scheduleFactor } from './schedule.ts'

const factors = (schedule: Schedule, steps: number): number[] =>
  Array.from({ length: steps }, (_, i) => Number(scheduleFactor(schedule, i + 1, steps).toFixed(4)))

describe('scheduleFactor', () => {
  const cases: [Schedule, number[]][] = [
    [{ kind: 'constant' }, [1, 1, 1, 1]],
    [{ kind: 'constant', warmUp: 0.5 }, [0.3333, 0.6667, 1, 1]],
    [{ kind: 'step', at: [0.5], factor: 0.2 }, [1, 1, 0.2, 0.2]],
    [{ kind: 'step' }, [1, 1, 0.1, 0.01]],
    [{ kind: 'exponential', end: 0.0001 }, [1, 0.1, 0.01, 0.001]],
    // torch.optim.lr_scheduler.CosineAnnealingLR with T_max 4.
    [{ kind: 'cosine' }, [1, 0.8536, 0.5, 0.1464]],
    [{ kind: 'cosine', end: 0.5 }, [1, 0.9268, 0.75, 0.5732]],
    [{ kind: 'cosine', warmUp: 0.2 }, [0.5, 1, 0.8536, 0.5, 0.1464]],
    [{ kind: 'oneCycle', rise: 0.5, start: 0, end: 0 }, [0, 0.5, 1, 0.5]],
    [{ kind: 'plateau' }, [1, 1, 1, 1]],
  ]
  for (const [schedule, expected] of cases) {
    test(`${JSON.stringify(schedule)}`, () => expect(factors(schedule, expected.length)).toEqual(expected))
  }
})

describe('a plateau', () => {
  const schedule: Schedule = { kind: 'plateau', factor: 0.5, patience: 1 }
  const rates = (losses: readonly number[]): number[] => {
    const rate = followSchedule(schedule, { peak: 1, totalSteps: 100 })
    return losses.map((loss) => {
      rate.epochEnded(loss)
      return rate.at(1)
    })
  }

  test('halves the learning rate when the loss has not fallen for more than the patience', () => {
    expect(rates([3, 2, 2, 2, 2, 2, 1, 1])).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25])
  })

  test('a change below the threshold is none', () => {
    expect(rates([1, 0.99999, 0.99998])).toEqual([1, 1, 0.5])
  })

  test('goes on where its state says', () => {
    const first = followSchedule(schedule, { peak: 1, totalSteps: 100 })
    for (const loss of [1, 1]) first.epochEnded(loss)
    const second = followSchedule(schedule, { peak: 1, totalSteps: 100 }, JSON.parse(JSON.stringify(first.state)))
    second.epochEnded(1)
    expect(second.at(5)).toBe(0.5)
  })
})

test('numbers out of range are refused by name', () => {
  for (const [schedule, message] of [
    [{ kind: 'cosine', warmUp: 1 }, /schedule\.warmUp: must be a share/],
    [{ kind: 'step', at: [0.5, 2] }, /schedule\.at: must be from 0 to 1, got 2/],
    [{ kind: 'plateau', patience: 0.5 }, /schedule\.patience/],
    [{ kind: 'linear' as 'cosine' }, /schedule\.kind: 'linear' is unknown/],
  ] satisfies [Schedule, RegExp][]) {
    expect(() => checkSchedule(schedule)).toThrow(NetworkError)
    expect(() => checkSchedule(schedule)).toThrow(message)
  }
})
