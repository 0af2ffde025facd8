import { describe, expect, it } from 'vitest'
import { comparisonChart } from '../charts/comparison-chart.ts'
import { comparisonWords } from '../charts/comparison-words.ts'
import { float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { confirm } from '../study/confirm.ts'
import { createStudy } from '../study/create-study.ts'
import { buildTrial } from '../testing/trial-builders.ts'
import type { Direction } from '../trial/history.ts'
import type { ChartSource } from './chart-data.ts'
import { compareStudies } from './study-comparison.ts'

const space = compileSpace({ x: float(0, 1) })

/** A study whose trials have these values; undefined fails. */
function studyOf(
  name: string,
  values: readonly (number | undefined)[],
  direction: Direction = 'minimize',
): ChartSource {
  const trials = values.map((value, number) =>
    buildTrial(
      space,
      number,
      { x: 0.5 },
      value === undefined ? { state: 'failed' } : { state: 'complete', values: [value] },
    ),
  )
  return { name, goals: [{ name: 'loss', direction }], trials, space, fidelity: undefined, defaults: undefined }
}

/** Least of each pair of a list. */
function leastOfPairs(values: readonly number[]): number[] {
  return values.flatMap((a, i) => values.slice(i + 1).map((b) => Math.min(a, b)))
}

describe('compareStudies by subsets', () => {
  it('has the distribution that drawing every pair of trials has', () => {
    const [a, b] = [
      [9, 4, 1, 7, 3],
      [2, 8, 5, 3.5],
    ]
    const { differences } = compareStudies([studyOf('a', a), studyOf('b', b)])
    const all = leastOfPairs(b)
      .flatMap((y) => leastOfPairs(a).map((x) => y - x))
      .sort((x, y) => x - y)
    expect(differences).toMatchObject([{ basis: 'subsets', trials: 2, better: undefined }])
    const [found] = differences
    if (found === undefined) throw new Error('no difference')
    expect(found.difference).toBe(all[Math.floor(all.length / 2)])
    expect(found.interval).toEqual([all[Math.floor(all.length * 0.025)], all[Math.floor(all.length * 0.975)]])
  })

  it.each(['minimize', 'maximize'] as const)('names the better one where every draw agrees: %s', (direction) => {
    const low = studyOf('low', [1, 1.2, 1.4, 1.6, 1.8, 2], direction)
    const high = studyOf('high', [5, 5.2, 5.4, 5.6, 5.8, 6], direction)
    const data = compareStudies([low, high])
    expect(data.differences).toMatchObject([{ better: direction === 'minimize' ? 0 : 1 }])
    expect(data.differences[0]?.interval[0]).toBeGreaterThan(0)
    expect(comparisonWords(data)[0]).toMatch(
      direction === 'minimize' ? /^low is better than high: with 3 trials/ : /^high is better than low/,
    )
  })

  it('lets one lucky trial decide nothing', () => {
    const lucky = studyOf('lucky', [0, 5.1, 5.2, 5.3, 5.4, 5.5, 5.6, 5.7])
    const steady = studyOf('steady', [5, 5.05, 5.15, 5.25, 5.35, 5.45, 5.55, 5.65])
    const data = compareStudies([steady, lucky])
    expect(data.studies.map(({ best }) => best?.value)).toEqual([5, 0])
    expect(data.differences).toMatchObject([{ better: undefined }])
  })

  it('counts failed trials as trials, and says where nothing is complete', () => {
    const data = compareStudies([studyOf('a', [undefined, 2, 1]), studyOf('b', [undefined]), studyOf('c', [3, 4])])
    expect(data.studies[0]).toMatchObject({
      trials: 3,
      reached: [
        { trials: 2, value: 2 },
        { trials: 3, value: 1 },
      ],
    })
    expect(data.differences.map(({ second }) => second)).toEqual([2])
    expect(comparisonWords(data)).toContain('b has no complete trial yet.')
  })

  it('refuses goals that are not the same', () => {
    expect(() => compareStudies([studyOf('a', [1])])).toThrow(/at least two/)
    expect(() => compareStudies([studyOf('a', [1]), studyOf('b', [1], 'maximize')])).toThrow(
      /"b" has the goals maximize/,
    )
    expect(() => compareStudies([studyOf('a', [1]), studyOf('b', [1])], 'speed')).toThrow(/not any speed/)
  })
})

describe('compareStudies by repeats', async () => {
  /** A search around an optimum, its best trained again; scores differ from seed to seed by a fixed pattern. */
  async function confirmed(name: string, offset: number) {
    const study = await createStudy({ name, goals: { loss: 'minimize' }, space: { x: float(0, 1) }, seed: 5 })
    const noise = (seed: number) => ((seed % 1009) / 1009 - 0.5) * 0.02
    const objective = ({ x }: { x: number }, trial: { readonly seed: number }) =>
      (x - 0.3) ** 2 + offset + noise(trial.seed)
    await study.optimize(objective, { trials: 20 })
    const confirmation = await confirm(study, objective, { runs: 12, finalists: 2, certainty: 1 })
    return { study, confirmation }
  }
  const [a, close, far] = await Promise.all([confirmed('a', 0), confirmed('close', 0.0005), confirmed('far', 0.3)])

  it('takes what the best scored again, as confirm gave it, and leaves repeats out of the search', () => {
    const { studies } = compareStudies([a.study, far.study])
    const winner = a.confirmation?.winner
    expect(studies[0]).toMatchObject({
      trials: 20,
      confirmed: { number: winner?.number, runs: winner?.runs.length, mean: winner?.mean, interval: winner?.interval },
    })
  })

  it('tells a large difference, not one within the noise', () => {
    const data = compareStudies([a.study, far.study, close.study])
    expect(data.differences).toMatchObject([
      { basis: 'repeats', second: 1, better: 0 },
      { basis: 'repeats', second: 2, better: undefined },
    ])
    const [wide] = data.differences
    const [mine, other] = [a.confirmation?.winner, far.confirmation?.winner]
    if (wide === undefined || mine === undefined || other === undefined) throw new Error('nothing was confirmed')
    // Both intervals are symmetrical: the half widths add up as legs of a right triangle.
    const half = (interval: readonly [number, number]) => (interval[1] - interval[0]) / 2
    expect(half(wide.interval)).toBeCloseTo(Math.hypot(half(mine.interval), half(other.interval)), 10)
    expect(comparisonWords(data).join(' ')).toMatch(
      /a is better than far: trained again.*Whether close is better than a cannot be told/,
    )
  })

  it('is drawn with a bar for each, its words and a table', () => {
    const chart = comparisonChart(compareStudies([a.study, studyOf('<b>', [1, 2])]), { width: 375 })
    expect(chart.svg.match(/<circle/g)).toHaveLength(1)
    expect(chart.svg).not.toContain('<b>')
    expect(chart.svg).not.toMatch(/NaN|Infinity/)
    expect(chart.caption).toMatch(/Bars on the right/)
    // Two that end alike: their letters stand one above the other.
    const alike = comparisonChart(compareStudies([studyOf('one', [2, 1]), studyOf('two', [2, 1])]))
    const [first, second] = ['A', 'B'].map((letter) =>
      Number(new RegExp(`y="([\\d.]+)" class="c-small c-strong c-halo">${letter}<`).exec(alike.svg)?.[1]),
    )
    expect(Math.abs((first ?? 0) - (second ?? 0))).toBe(13)
    for (const row of chart.table.rows) expect(row).toHaveLength(chart.table.columns.length)
  })
})
