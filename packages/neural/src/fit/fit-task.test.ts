import { describe, expect, it } from 'vitest'
import { tableFromColumns } from '../data/table.ts'
import { fitTask } from './fit-task.ts'

const rows = <T>(make: (i: number) => T, count = 100): T[] => Array.from({ length: count }, (_, i) => make(i))
const taskOf = (target: Parameters<typeof tableFromColumns>[0][string], options = {}) =>
  fitTask(tableFromColumns({ x: rows((i) => i * 0.5, target.length), y: target }), 'y', options)

describe('fitTask', () => {
  it('takes text as classes, in the order of the alphabet', () => {
    const { truth, metric } = taskOf(rows((i) => (i % 2 === 0 ? 'yes' : 'no')))
    expect(truth).toMatchObject({ kind: 'classes', classes: ['no', 'yes'] })
    expect(metric.name).toBe('accuracy')
  })

  it('takes a few whole numbers as classes and says so, unless told otherwise', () => {
    const grades = rows((i) => (i % 3) + 9)
    const { truth, remarks } = taskOf(grades)
    expect(truth).toMatchObject({ kind: 'classes', classes: ['9', '10', '11'] })
    expect(remarks).toEqual([
      '"y" holds 3 different whole numbers, which are taken as classes; --task numbers if they are amounts.',
    ])
    expect(taskOf(grades, { kind: 'numbers' }).truth.kind).toBe('numbers')
  })

  it('warns where accuracy would mislead, and tunes another metric', () => {
    const uneven = rows((i) => (i % 10 === 0 ? 'ill' : 'well'))
    const { metric, remarks, isUneven } = taskOf(uneven)
    expect([metric.name, isUneven]).toEqual(['balanced_accuracy', true])
    expect(remarks[0]).toContain('Always saying "well" is right in 90 % of the examples, so accuracy says little here')
    const asked = taskOf(uneven, { metric: 'accuracy' })
    expect([asked.metric.name, asked.isUneven]).toEqual(['accuracy', false])
    expect(asked.remarks[0]).toContain('accuracy says little here')
  })

  it('offers the logarithm for a skewed target alone', () => {
    // exp of evenly spaced numbers: skewness 1.6 before, 0 after.
    expect(taskOf(rows((i) => Math.exp(i / 25)))).toMatchObject({ isSkewed: true })
    expect(taskOf(rows((i) => i + 0.5))).toMatchObject({ isSkewed: false })
    expect(taskOf(rows((i) => Math.exp(i / 25) - 1.5))).toMatchObject({ isSkewed: false })
  })

  it('leaves out rows without a target', () => {
    const { rest, remarks } = taskOf(rows((i) => (i < 3 ? null : i * 0.5)))
    expect(rest.count).toBe(97)
    expect(remarks).toEqual(['3 rows without a "y" left out.'])
  })

  it.each([
    ['one class', rows(() => 'a'), {}, 'The target "y" is "a" in every row'],
    ['one number', rows(() => 1.5), {}, 'The target "y" is 1.5 in every row'],
    ['nothing', rows(() => null), {}, 'The target "y" is empty'],
    ['3 rows', ['a', 'b', 'a'], {}, '3 rows with a "y" are too few'],
    ['names', rows((i) => `n${i}`), {}, 'The target "y" has 100 different values in 100 rows'],
    ['text as numbers', rows((i) => `n${i % 2}`), { kind: 'numbers' }, 'The target "y" holds text such as "n0", "n1"'],
    ['a strange metric', rows((i) => i / 7), { metric: 'accuracy' }, 'accuracy does not score numbers'],
    ['no metric at all', rows((i) => i / 7), { metric: 'acuracy' }, 'There is no metric "acuracy"'],
  ])('refuses %s', (_, target, options, message) => {
    expect(() => taskOf(target as string[], options)).toThrow(message)
  })
})
