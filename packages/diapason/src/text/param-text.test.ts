import { expect, it } from 'vitest'
import { valueText } from './param-text.ts'

it.each([
  [0.00312345, '0.00312'],
  [0.9, '0.9'],
  [0.95678, '0.957'],
  [0.999, '0.999'],
  [0.9999, '0.9999'],
  [0.99987654, '0.99988'],
  [1, '1'],
  [343, '343'],
])('%f is written %s: how far it is below one shows', (value, text) => {
  expect(valueText(value)).toBe(text)
})
