import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { PRUNER_LIST, parsePruner, parseSampler, SAMPLER_LIST } from './options.ts'

const names = (list: string) => list.split('\n').map((line) => line.trim().split(' ')[0] ?? '')

describe('samplers and pruners by name', () => {
  test('every name that help lists makes what it says', () => {
    for (const name of names(SAMPLER_LIST)) expect(parseSampler(name).name).toBe(name)
    for (const name of names(PRUNER_LIST).filter((name) => name !== 'threshold')) {
      expect(parsePruner(name).name).toBe(name)
    }
    expect(parsePruner('threshold:upper=3').name).toBe('threshold')
  })

  test('options follow the name and are checked', () => {
    expect(parsePruner('asha:eta=4, skipRungs=1').name).toBe('asha')
    expect(() => parsePruner('asha:skipRungs=-1')).toThrow(InvalidArgumentError)
    expect(() => parsePruner('asha:eta')).toThrow('Write eta with a number, such as asha:eta=3')
    expect(() => parsePruner('none:eta=3')).toThrow('"none" has none')
    expect(() => parseSampler('toString')).toThrow('There is no sampler "toString"')
  })
})
