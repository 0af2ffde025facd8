import { expect, it } from 'vitest'
import { type ConfirmedFacts, confirmationWords } from './confirmation-words.ts'

const facts: ConfirmedFacts = {
  number: 44,
  observed: 0.9833,
  runs: [0.9852, 0.9778, 0.9815, 0.9815],
  mean: 0.97988,
  interval: [0.97648, 0.9833],
  chanceBest: 0.5,
  finalists: [44, 45, 36],
  noise: 0.003,
}

it('tells the plain mean from the one that allows for luck, and names the rivals', () => {
  expect(confirmationWords(facts, 'accuracy')).toBe(
    'Trial 44, trained again 4 times with other seeds, has accuracy 0.9815 on average, and 0.9799 (95 % interval 0.9765 to 0.9833) allowing for luck, by drawing it towards 2 other finalists, trials 45, 36. It is the best of the 3 with a chance of 50 %. In the search it had 0.9833.',
  )
})

it('says so where repeats differ in nothing', () => {
  const same = { ...facts, runs: [0.9, 0.9], mean: 0.9, noise: 0 }
  expect(confirmationWords(same, 'accuracy')).toContain(
    'scored 0.9 in accuracy each time: the objective does not depend on',
  )
})
