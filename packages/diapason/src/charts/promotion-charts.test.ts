import { describe, expect, it } from 'vitest'
import { type ChartData, type ChartKind, chartData } from '../analysis/chart-data.ts'
import { forecast } from '../analysis/forecast.ts'
import { countConfigurations } from '../analysis/trial-counts.ts'
import { promotionPruner } from '../pruners/promotion.ts'
import { randomSampler } from '../samplers/random.ts'
import { float } from '../space/nodes.ts'
import { createStudy } from '../study/create-study.ts'
import { tookMs } from '../text/study-words.ts'
import { continuationOf, pausedAt } from '../trial/continuation.ts'
import { drawChart } from './draw-chart.ts'

const CONFIGURATIONS = 30

describe('charts of a study whose trials are paused and promoted', async () => {
  const study = await createStudy({
    goals: { loss: 'minimize' },
    space: { x: float(0, 1), y: float(0, 1) },
    seed: 5,
    sampler: randomSampler(),
    pruner: promotionPruner(),
    fidelity: { name: 'epochs', min: 1, max: 9 },
  })
  await study.optimize(
    async ({ x, y }, trial) => {
      const saved = await trial.checkpoint()
      for (let epoch = (saved?.step ?? 0) + 1; epoch <= 9; epoch++) {
        await trial.report(epoch, x + y / 10 + 1 / epoch, () => ({ epoch }))
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      return x + y / 10
    },
    { trials: CONFIGURATIONS, concurrency: 4 },
  )
  const { trials } = study
  const continued = trials.filter((trial) => continuationOf(trial) !== undefined)
  const paused = trials.filter((trial) => pausedAt(trial) !== undefined).length
  const complete = trials.filter(({ state }) => state === 'complete').length
  const dataOf = <K extends ChartKind>(kind: K) => {
    const data = chartData(study, kind, { now: 0 })
    if (data?.kind !== kind) throw new Error(`no ${kind}`)
    return data as Extract<ChartData, { kind: K }>
  }

  it('take the parts of a training for one', () => {
    expect(continued.length).toBeGreaterThan(3)
    expect(trials).toHaveLength(CONFIGURATIONS + continued.length)
    expect(countConfigurations(trials)).toEqual({
      count: CONFIGURATIONS,
      paused: CONFIGURATIONS - complete,
      pauses: paused,
    })
    expect(dataOf('history').data).toMatchObject({ finished: CONFIGURATIONS, joined: continued.length })
    expect(dataOf('importance').data.trials).toBe(CONFIGURATIONS)
    expect(dataOf('efficiency').data.of).toBe(CONFIGURATIONS)
    expect(dataOf('curves').data.of).toBe(CONFIGURATIONS)
    expect(forecast(trials, study.goals)?.trials).toBe(CONFIGURATIONS)
  })

  it('join curves across the parts, and mark where they were paused', () => {
    const chart = dataOf('curves')
    const best = chart.data.curves.find(({ number }) => number === study.best.number)
    expect(best?.points.map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    const steps = chart.data.curves.flatMap(({ pauses = [] }) => pauses.map(({ step }) => step))
    expect(steps).toHaveLength(continued.length)
    expect(new Set(steps)).toEqual(new Set([1, 3]))
    const { svg, caption, table } = drawChart(chart)
    expect(svg.match(/class="c-pause"/g)).toHaveLength(continued.length)
    expect(caption).toMatch(/Paused and not continued so far, by epochs: \d+ after 1/)
    expect(caption).toMatch(/\d+ curves were trained in several trials; rings are where they were paused\.$/)
    expect(table.columns).toContain('continues')
    expect(drawChart(dataOf('history')).caption).toMatch(
      / Rings are paused trials, .* paused trials count with the one that continues them\.$/,
    )
  })

  it('count what all parts took as the cost of the result', () => {
    const { front, points } = dataOf('cost').data
    for (const { number, seconds } of [...front, ...points]) {
      const { params } = trials[number] ?? study.best.record
      const parts = trials.filter((trial) => trial.params.x === params.x)
      expect(seconds * 1000).toBeCloseTo(parts.reduce((sum, part) => sum + (tookMs(part) ?? 0), 0))
    }
    expect(front.length + points.length).toBe(complete)
  })

  it('lead in the timeline from each paused trial to the one that continues it', () => {
    const chart = dataOf('timeline')
    expect(chart.data.bars.filter(({ continues }) => continues !== undefined)).toHaveLength(continued.length)
    expect(chart.data.bars.filter(({ state }) => state === 'paused')).toHaveLength(paused)
    const { svg, caption } = drawChart(chart)
    expect(svg.match(/class="c-joint"/g)).toHaveLength(continued.length)
    expect(caption).toContain(`(${paused} paused)`)
  })
})
