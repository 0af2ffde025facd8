import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { parseCount, parseDuration } from './budget.ts'

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    [' 2 d ', 172_800_000],
    [250, 250],
  ])('reads %j', (text, milliseconds) => {
    expect(parseDuration('time', text)).toBe(milliseconds)
  })

  it.each(['', '10', 'ten minutes', '-5s', 0, -1, Number.NaN])('refuses %j and names the option', (text) => {
    expect(() => parseDuration('trialTimeout', text)).toThrow(OptionError)
    expect(() => parseDuration('trialTimeout', text)).toThrow(/trialTimeout is .*'10m'/)
  })
})

describe('parseCount', () => {
  it('takes whole numbers from the minimum on', () => {
    expect(parseCount('trials', 3)).toBe(3)
    expect(() => parseCount('trials', 0)).toThrow('trials is 0')
    expect(() => parseCount('trials', 1.5)).toThrow(OptionError)
  })
})
