import { describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { ATTR } from '../study/study-parts.ts'
import { buildTrial } from '../testing/trial-builders.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { failureGroups } from './failure-groups.ts'
import { forecast } from './forecast.ts'

const space = compileSpace({ x: float(0, 1) })
const MINUTE = 60_000
const goals = [{ name: 'loss', direction: 'minimize' }] as const

/** One trial a minute, two at once from `pair` on; undefined fails. */
function trialsOf(
  values: readonly (number | undefined)[],
  startOf = (number: number) => number * MINUTE,
): TrialRecord[] {
  return values.map((value, number) => {
    const trial = buildTrial(
      space,
      number,
      { x: 0.5 },
      value === undefined ? { state: 'failed' } : { state: 'complete', values: [value] },
    )
    return { ...trial, startedAt: startOf(number), finishedAt: startOf(number) + MINUTE } as TrialRecord
  })
}

/** The least of every choice of `k` values. */
function leastOf(values: readonly number[], k: number): number[] {
  if (k === 0) return [Number.POSITIVE_INFINITY]
  return values.flatMap((value, i) => leastOf(values.slice(i + 1), k - 1).map((rest) => Math.min(value, rest)))
}

describe('forecast', () => {
  const values = [10, 9, 12, 7, 11, 6.5, 8, 13, 6, 14, 9.5, 10.5]

  it('foretells as much as the last growth by the same factor brought, exactly', () => {
    const found = forecast(trialsOf(values), goals)
    if (found === undefined) throw new Error('no forecast')
    expect(found).toMatchObject({ trials: 12, sinceBest: 3, trialsPerHour: 60 })
    const quarter = found.steps.find(({ hours }) => hours === 0.25)
    // 15 more to 12: from 144 / 27 = 5 to 12.
    const all = leastOf(values, 5).sort((a, b) => a - b)
    const at = (q: number) => (all[Math.ceil(q * all.length) - 1] ?? 0) - 6
    expect(quarter).toEqual({ hours: 0.25, trials: 15, chance: 15 / 27, likely: at(0.5), lucky: at(0.9) })
    // Twice the trials are looked at always; an hour would be five times as many.
    expect(found.steps.map(({ hours, trials }) => [hours, trials])).toEqual([
      [0.2, 12],
      [0.25, 15],
    ])
  })

  it('tells what the last half brought where it all took less than two hours', () => {
    expect(forecast(trialsOf(values), goals)?.recent).toEqual({ ms: 6 * MINUTE, trials: 6, gain: 0.5 })
  })

  it('keeps the pace apart from breaks, and counts trials that run at once', () => {
    const apart = forecast(
      trialsOf(values, (number) => number * MINUTE + (number > 5 ? 600 * MINUTE : 0)),
      goals,
    )
    expect(apart?.trialsPerHour).toBe(60)
    const pairs = forecast(
      trialsOf(values, (number) => Math.floor(number / 2) * MINUTE),
      goals,
    )
    expect(pairs?.trialsPerHour).toBe(120)
  })

  it('takes neither repeats nor what was cut short for the search', () => {
    const trials = trialsOf([...values, 1, 2]).map((trial) =>
      trial.number < 12
        ? trial
        : { ...trial, systemAttrs: trial.number === 12 ? { [ATTR.repeats]: 8 } : { [ATTR.stopped]: 'time' } },
    )
    expect(forecast(trials, goals)).toEqual(forecast(trialsOf(values), goals))
  })

  it('foretells nothing from little', () => {
    expect(forecast(trialsOf(values.slice(0, 7)), goals)).toBeUndefined()
    expect(forecast(trialsOf(values.map(() => undefined)), goals)).toBeUndefined()
    expect(forecast([], goals)).toBeUndefined()
  })
})

describe('failureGroups', () => {
  it('puts reasons together that differ in numbers, and reads a traceback from its end', () => {
    const failed = (number: number, reason: string) =>
      ({ ...buildTrial(space, number, {}, { state: 'failed' }), reason }) as TrialRecord
    const traceback = 'Traceback (most recent call last):\n  File "train.py", line 3\nValueError: bad shape\n'
    expect(
      failureGroups([failed(1, 'out of memory: 12 GB\nmore'), failed(2, traceback), failed(5, 'out of memory: 9 GB')]),
    ).toEqual([
      { reason: 'out of memory: 9 GB', count: 2, latest: 5 },
      { reason: 'ValueError: bad shape', count: 1, latest: 2 },
    ])
  })
})
