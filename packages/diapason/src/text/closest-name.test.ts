import { expect, test } from 'vitest'
import { closestName } from './closest-name.ts'

test.each([
  ['bugdet', 'budget'],
  ['trails', 'trials'],
  ['Sampler', 'sampler'],
  ['weather', undefined],
])('%s: did you mean %s?', (given, meant) => {
  expect(closestName(given, ['budget', 'trials', 'sampler', 'pruner'])).toBe(meant)
})
