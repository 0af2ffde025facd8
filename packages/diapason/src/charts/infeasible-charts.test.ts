import { describe, expect, it } from 'vitest'
import { type ChartData, type ChartKind, type ChartSource, chartData } from '../analysis/chart-data.ts'
import { float } from '../space/nodes.ts'
import { createStudy } from '../study/create-study.ts'
import { isFeasible } from '../trial/feasibility.ts'
import { drawChart } from './draw-chart.ts'

/** The largest values break the constraint, so that the best of all is out of bounds. */
async function constrained(goals: 'one' | 'two') {
  const study = await createStudy({
    goals: goals === 'one' ? { loss: 'minimize' } : { loss: 'minimize', size: 'minimize' },
    space: { x: float(0, 1), y: float(0, 1) },
    seed: 4,
  })
  await study.optimize(
    async ({ x, y }, trial) => {
      await trial.constrain('memory', 0.3 - x)
      await new Promise((resolve) => setTimeout(resolve, 2))
      return (goals === 'one' ? x + y / 9 : { loss: x + y / 9, size: 1 - y }) as never
    },
    { trials: 40 },
  )
  return study
}

function drawn(source: ChartSource, kind: ChartKind) {
  const data = chartData(source, kind, { now: 0, params: kind === 'slice' ? ['x'] : [] }) as ChartData
  return { data, chart: drawChart(data) }
}

describe('trials that break a constraint', async () => {
  const one = await constrained('one')
  const broken = one.trials.filter((trial) => !isFeasible(trial))

  it('are there', () => {
    expect(broken.length).toBeGreaterThan(3)
    expect(broken.length).toBeLessThan(37)
  })

  it.each(['history', 'slice', 'cost'] as const)(
    'stand as triangles in the %s chart, and its caption says so',
    (kind) => {
      const { chart } = drawn(one, kind)
      expect(chart.svg.match(/class="c-infeasible"/g)).toHaveLength(broken.length)
      expect(chart.caption).toContain('Triangles break a constraint.')
    },
  )

  it('are dashed lines in parallel coordinates, and never the best', () => {
    const { data, chart } = drawn(one, 'parallel')
    if (data.kind !== 'parallel') throw new Error('no lines')
    expect(data.data.lines.at(-1)?.number).toBe(one.best.number)
    expect(chart.svg.match(/c-barred/g)).toHaveLength(broken.length)
    expect(chart.caption).toContain('Dashed lines break a constraint.')
  })

  it('are not on the front of quality against time', () => {
    const { data } = drawn(one, 'cost')
    if (data.kind !== 'cost') throw new Error('no costs')
    const numbers = new Set(broken.map(({ number }) => number))
    expect(data.data.front.some(({ number }) => numbers.has(number))).toBe(false)
  })

  it('are triangles beside the front of several goals', async () => {
    const two = await constrained('two')
    const { chart } = drawn(two, 'pareto')
    expect(chart.svg.match(/class="c-infeasible"/g)).toHaveLength(two.trials.filter((each) => !isFeasible(each)).length)
    expect(chart.table.rows.map((row) => row[3])).toContain('infeasible')
  })

  it('leave nothing to be the best where all of them do', async () => {
    const none = await createStudy({ goals: { loss: 'minimize' }, space: { x: float(0, 1) }, seed: 1 })
    await none.optimize(
      async ({ x }, trial) => {
        await trial.constrain('memory', 1)
        return x
      },
      { trials: 6 },
    )
    expect(drawn(none, 'history').chart.caption).toBe(
      'No trial of 6 finished ones keeps its constraints yet. Triangles break a constraint.',
    )
  })
})
