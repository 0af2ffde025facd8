import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryData } from '../analysis/history-data.ts'
import { historyData } from '../analysis/history-data.ts'
import type { Importance } from '../analysis/importance.ts'
import { ATTR } from '../study/study-parts.ts'
import type { Goal } from '../trial/history.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { chartFile } from './chart.ts'
import { historyChart } from './history-chart.ts'
import { importanceChart } from './importance-chart.ts'
import { shortened } from './label.ts'
import { evenTicks, linearScale, logScale } from './scale.ts'
import { element, escaped, linePath, text } from './svg.ts'
import { valueAxis } from './value-axis.ts'

const loss: Goal = { name: 'loss', direction: 'minimize' }

function trial(number: number, value: number, state: 'complete' | 'pruned' | 'failed' = 'complete'): TrialRecord {
  const base = { id: number, number, params: {}, distributions: {}, reports: [], userAttrs: {}, systemAttrs: {} }
  const ends = { startedAt: 0, finishedAt: 1 }
  return state === 'failed' ? { ...base, ...ends, state, reason: 'no' } : { ...base, ...ends, state, values: [value] }
}

describe('markup', () => {
  it('lets nothing from outside become an element, an attribute or ill-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (content) => {
        const safe = escaped(content)
        expect(safe).not.toMatch(/[<>"']/)
        expect(safe.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
        expect(safe.isWellFormed()).toBe(true)
      }),
    )
    expect(element('a', { title: '"><script>' }, [text('<b>&')])).toBe(
      '<a title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;</a>',
    )
    expect(escaped('a\u0000\u001b\ud800b\n')).toBe('a���b\n')
  })

  it('breaks a line where a number is missing', () => {
    expect(
      linePath([
        [0, 1.004],
        [1, Number.NaN],
        [2, 3],
        [4, 5],
      ]),
    ).toBe('M0 1M2 3L4 5')
  })

  it('shortens names in the middle', () => {
    expect(shortened('optimizer.adam.learningRate', 11)).toBe('optim…gRate')
    expect(shortened('short\nname', 11)).toBe('short name')
  })
})

describe('axes', () => {
  it('have round ticks', () => {
    expect(evenTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(evenTicks(0.9581, 0.9727, 5)).toEqual([0.96, 0.965, 0.97])
    expect(evenTicks(3, 3, 5)).toEqual([3])
    expect(logScale([1e-5, 1], [0, 100]).ticks.map(({ label }) => label)).toEqual([
      '1e-5',
      '0.0001',
      '0.001',
      '0.01',
      '0.1',
      '1',
    ])
    expect(logScale([16, 512], [0, 100]).ticks.map(({ label }) => label)).toEqual(['20', '50', '100', '200', '500'])
    expect(linearScale([0, 10], [100, 0]).at(2.5)).toBe(75)
  })

  it('leave values far worse than the rest beyond the end, and only those', () => {
    const usual = Array.from({ length: 99 }, (_, i) => 1 + i / 100)
    const cut = valueAxis([...usual, 1e9], 'minimize', [100, 0])
    expect(cut.beyond).toBe(1)
    expect(valueAxis(usual, 'minimize', [100, 0]).beyond).toBe(0)
    expect(valueAxis([...usual.map((v) => -v), -1e9], 'maximize', [100, 0]).beyond).toBe(1)
    // A single very good value is what everybody looks for.
    expect(valueAxis([...usual, -1e9], 'minimize', [100, 0]).beyond).toBe(0)
    expect(valueAxis([Number.NaN, Number.POSITIVE_INFINITY], 'minimize', [100, 0]).beyond).toBe(0)
  })
})

describe('history', () => {
  const trials = [5, 3, 4, 2, 6].map((value, number) => trial(number, value))
  const data: HistoryData = historyData([...trials, trial(5, 0, 'failed'), trial(6, 9, 'pruned')], [loss], {
    defaultTrial: trials[0],
  })

  it('knows the improvements, the default and what did not end well', () => {
    expect(data.improvements).toEqual([
      { number: 0, value: 5 },
      { number: 1, value: 3 },
      { number: 3, value: 2 },
    ])
    expect(data).toMatchObject({ failed: [5], default: { number: 0, value: 5 }, finished: 7, last: 6, of: 6 })
  })

  it('is drawn with words and a table', () => {
    const chart = historyChart(data)
    expect(chart.caption).toContain('trial 3 with loss 2; the default configuration has 5.')
    expect(chart.caption).toContain('3 trials have come after it without an improvement.')
    expect(chart.svg.match(/class="c-dot"/g)).toHaveLength(5)
    expect(chart.svg.match(/class="c-pruned"/g)).toHaveLength(1)
    expect(chart.svg.match(/class="c-cross"/g)).toHaveLength(1)
    expect(chart.table.rows[3]).toEqual(['3', '2', 'complete'])
  })

  it('counts repeats of the best apart from what has come since', () => {
    const repeat = { ...trial(7, 2.5), systemAttrs: { [ATTR.repeats]: 3 } }
    const caption = historyChart(historyData([...trials, trial(5, 7), repeat], [loss])).caption
    expect(caption).toContain(
      '2 trials have come after it without an improvement. 1 other trial is no part of the search',
    )
  })

  it('stays small however many trials there are, and keeps every improvement', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => trial(i, Math.cos(i) + 10 / (i + 1)))
    const thin = historyData(many, [loss], { points: 1000 })
    expect(thin.points.length).toBeLessThan(1100)
    expect(thin.of).toBe(100_000)
    const shown = new Set(thin.points.map(({ number }) => number))
    for (const { number } of thin.improvements) expect(shown.has(number)).toBe(true)
  })

  it('says so where nothing is complete', () => {
    expect(historyChart(historyData([], [loss])).caption).toBe('No trial of 0 finished ones is complete yet.')
  })
})

describe('importance', () => {
  const data: Importance = {
    goal: 'accuracy',
    trials: 100,
    best: 10,
    params: [
      { path: 'rate<b>', share: 0.7, score: 7, trials: 100 },
      { path: 'units', share: 0.2, score: 2, trials: 100 },
      { path: 'drop', share: 0.1, score: 1, trials: 50 },
    ],
  }

  it('names what decides', () => {
    const chart = importanceChart(data)
    expect(chart.caption).toMatch(/^Most to do with the result: rate<b> \(70 %\) and units \(20 %\)\./)
    expect(chart.svg).toContain('rate&lt;b&gt;')
    expect(chart.svg).not.toContain('<b>')
    expect(chart.table.rows).toEqual([
      ['rate<b>', '70 %', '100'],
      ['units', '20 %', '100'],
      ['drop', '10 %', '50'],
    ])
  })

  it('is a file of its own with its style', () => {
    const file = chartFile(importanceChart(data))
    expect(file).toMatch(/^<\?xml .*\n<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    expect(file).toContain('<title>Importance of parameters</title>')
    expect(file).toContain('prefers-color-scheme:dark')
  })
})
