import { describe, expect, it } from 'vitest'
import { ablate } from '../analysis/ablate.ts'
import { CHART_KINDS, type ChartKind, type ChartSource, chartData } from '../analysis/chart-data.ts'
import { costData } from '../analysis/cost-data.ts'
import { databases } from '../cli/fixtures/stored-studies.ts'
import { randomSampler } from '../samplers/random.ts'
import { branch, choice, float, int } from '../space/nodes.ts'
import { openStorage } from '../storage/open-storage.ts'
import { createStudy, openStudy } from '../study/create-study.ts'
import { type Chart, chartFile } from './chart.ts'
import { curvesChart } from './curves-chart.ts'
import { drawChart } from './draw-chart.ts'
import { parallelLayout, valueAt } from './parallel-axes.ts'
import { parallelChart } from './parallel-chart.ts'

const now = 1_700_000_000_000

function draw(source: ChartSource, kind: ChartKind, params: readonly string[] = []): Chart | undefined {
  const data = chartData(source, kind, { now, params })
  return data === undefined ? undefined : drawChart(data)
}

/** Tags balance, attributes are quoted, and no coordinate is missing. */
function expectSound(chart: Chart): void {
  const { svg, caption, table } = chart
  const open: string[] = []
  for (const [, closing, name = '', , selfClosing] of svg.matchAll(/<(\/?)([a-z]+)((?: [a-z-]+="[^"<]*")*)(\/?)>/gi)) {
    if (closing) expect(open.pop()).toBe(name)
    else if (!selfClosing) open.push(name)
  }
  expect(open).toEqual([])
  expect(svg.replaceAll(/<\/?[a-z]+(?: [a-z-]+="[^"<]*")*\/?>/gi, '')).not.toMatch(/[<>]/)
  expect(svg).not.toMatch(/ (?:x|y|cx|cy|r|d|width|height)="[^"]*(?:NaN|Infinity|undefined)/)
  expect(caption).toMatch(/^[A-Z0-9].*\.$/s)
  expect(caption).not.toMatch(/NaN|undefined|Infinity/)
  for (const row of table.rows) expect(row).toHaveLength(table.columns.length)
}

describe('every chart of a study that Optuna wrote', async () => {
  const { optuna } = await databases()
  const storage = await openStorage(optuna)
  it.each(['every-kind', 'two-goals', 'tpe-hyperband', ''])('is sound: %j', async (name) => {
    const study = await openStudy({ storage, name })
    const drawn = CHART_KINDS.flatMap((kind) => draw(study, kind) ?? [])
    for (const chart of drawn) expectSound(chart)
    const kinds = drawn.map(({ kind }) => kind)
    expect(kinds).toEqual(
      {
        'every-kind': 'history importance efficiency curves parallel slice contour timeline'.split(' '),
        'two-goals': 'history importance pareto hypervolume efficiency parallel slice contour cost timeline'.split(' '),
        'tpe-hyperband': 'history importance efficiency curves rungs parallel slice contour cost timeline'.split(' '),
        '': [],
      }[name],
    )
  })
})

describe('charts of a study of ours', async () => {
  const study = await createStudy({
    name: 'ours',
    // What it proposes does not depend on which of two trials ends first.
    sampler: randomSampler(),
    goals: { loss: 'minimize' },
    seed: 2,
    space: {
      rate: float(1e-4, 1, { log: true }),
      layers: int(1, 3),
      kind: branch('name', { plain: {}, wide: { by: float(0, 1) } }),
      flag: choice([true, false]),
    },
    fidelity: { name: 'epochs', min: 1, max: 9 },
  })
  await study.optimize(
    async ({ rate, layers, kind }, trial) => {
      const loss = Math.abs(Math.log10(rate) + 2) + 0.1 * layers + (kind.name === 'wide' ? kind.by : 0.2)
      for (let epoch = 1; epoch <= 9; epoch++) await trial.report(epoch, loss + 1 / epoch)
      return loss
    },
    { trials: 60, concurrency: 2 },
  )

  const elsewhere: readonly ChartKind[] = ['pareto', 'hypervolume', 'ablation']
  it.each(CHART_KINDS.filter((kind) => !elsewhere.includes(kind)))('%s is sound', (kind) => {
    const chart = draw(study, kind)
    if (chart === undefined) throw new Error('nothing was drawn')
    expectSound(chart)
    expect(chartFile(chart)).toContain('</svg>')
  })

  it('says that the rate matters most, and where it is best', () => {
    expect(draw(study, 'importance')?.caption).toMatch(/^Most to do with the result: rate \(/)
    const slice = chartData(study, 'slice', { now, params: ['rate'] })
    if (slice?.kind !== 'slice') throw new Error('no slice')
    const best = slice.data.dependence.reduce((a, b) => (b.mean < a.mean ? b : a))
    expect(Math.log10(best.from)).toBeGreaterThan(-2.6)
    expect(Math.log10(best.to)).toBeLessThan(-1.4)
  })

  it('expects of a parameter that one option brings what that option gives', () => {
    const slice = chartData(study, 'slice', { now, params: ['kind.wide.by'] })
    if (slice?.kind !== 'slice') throw new Error('no slice')
    const wide = chartData(study, 'slice', { now, params: ['kind'] })
    if (wide?.kind !== 'slice') throw new Error('no slice')
    const { dependence } = slice.data
    const over = dependence.reduce((sum, { from, to, mean }) => sum + (to - from) * mean, 0)
    const place = wide.data.axis.scale === 'categories' ? wide.data.axis.labels.indexOf('wide') : -1
    expect(over).toBeCloseTo(wide.data.dependence[place]?.mean ?? 0, 6)
  })

  it('lets few numbers stand side by side like categories', () => {
    const slice = chartData(study, 'slice', { now, params: ['layers'] })
    expect(slice).toMatchObject({ data: { axis: { scale: 'categories', labels: ['1', '2', '3'] } } })
    expect(chartData(study, 'contour', { now, params: ['layers', 'flag'] })).toMatchObject({
      data: { columns: 3, rows: 2 },
    })
  })

  it('draws nothing of parameters that are not there, or twice the same', () => {
    expect(draw(study, 'slice', ['none'])).toBeUndefined()
    expect(draw(study, 'contour', ['rate', 'rate'])).toBeUndefined()
    expect(draw(study, 'pareto')).toBeUndefined()
  })

  it('marks where pruning struck', () => {
    const curves = chartData(study, 'curves', { now })
    if (curves?.kind !== 'curves') throw new Error('no curves')
    const pruned = study.trials.filter(({ state }) => state === 'pruned').length
    expect(curves.data.stops.reduce((sum, { count }) => sum + count, 0)).toBe(pruned)
    expect(curves.data.curves.at(-1)?.number).toBe(curves.data.best)
  })

  it('makes lines outside of chosen ranges faint, and finds values at heights of an axis', () => {
    const parallel = chartData(study, 'parallel', { now })
    if (parallel?.kind !== 'parallel') throw new Error('no lines')
    const { axes, lines } = parallel.data
    const ranges = axes.map(({ path }) => (path === 'rate' ? { low: 1e-3, high: 1e-1 } : undefined))
    const inside = lines.filter(({ places }) =>
      places.every((place, i) => ranges[i] === undefined || (place !== null && place >= 1e-3 && place <= 1e-1)),
    )
    const chart = parallelChart(parallel.data, { ranges })
    expect(chart.svg.match(/c-out/g)).toHaveLength(lines.length - inside.length)
    expect(chart.svg.match(/data-trial/g)).toHaveLength(inside.length)
    expect(chart.svg.match(/c-brush/g)).toHaveLength(1)
    expect(inside.length).toBeGreaterThan(0)
    expect(parallelChart(parallel.data).svg).not.toContain('c-hit')
    const layout = parallelLayout(parallel.data)
    expect(layout.axes).toHaveLength(axes.length + 1)
    for (const axis of layout.axes) {
      const value = valueAt(axis, (layout.top + layout.bottom) / 2)
      const step = axis.hasCategories ? (layout.bottom - layout.top) / 2 : 0.5
      expect(Math.abs(axis.scale.at(value) - (layout.top + layout.bottom) / 2)).toBeLessThanOrEqual(step)
    }
  })

  it('speaks of a single curve as one', () => {
    const curves = chartData(study, 'curves', { now })
    const curve = curves?.kind === 'curves' ? curves.data.curves.at(-1) : undefined
    if (curves?.kind !== 'curves' || curve === undefined) throw new Error('no curves')
    const chart = curvesChart({ ...curves.data, curves: [curve], best: curve.number, stops: [], of: 1 })
    expect(chart.title).toBe('Learning curve')
    expect(chart.caption).toMatch(new RegExp(`^Trial ${curve.number} reported 9 times; the last at epochs 9: \\d`))
  })

  it('puts trials that ran at once into lanes of their own', () => {
    const timeline = chartData(study, 'timeline', { now })
    if (timeline?.kind !== 'timeline') throw new Error('no timeline')
    const { lanes, bars } = timeline.data
    expect(lanes.length).toBeLessThanOrEqual(3)
    for (const [i, bar] of bars.entries()) {
      for (const other of bars.slice(i + 1)) {
        if (other.lane === bar.lane) expect(other.from >= bar.to || bar.from >= other.to).toBe(true)
      }
    }
  })
})

describe('the way from the default to the winner', async () => {
  const study = await createStudy({
    goals: { loss: 'minimize' },
    space: { x: float(0, 9, { default: 4 }), y: float(0, 9, { default: 4 }), z: float(0, 9, { default: 4 }) },
  })
  const bowl = ({ x, y, z }: { x: number; y: number; z: number }) => 2 * (x - 1) ** 2 + (y - 2) ** 2 - z / 10
  await study.enqueue({ x: 1, y: 2, z: 3 })
  await study.optimize(bowl, { trials: 2 })

  it('is nothing before it was measured', () => {
    expect(draw(study, 'ablation')).toBeUndefined()
  })

  it('is a bar for each change, from where the one before it ended', async () => {
    await ablate(study, bowl, { runs: 20 })
    const chart = draw(study, 'ablation')
    if (chart === undefined) throw new Error('nothing was drawn')
    expectSound(chart)
    expect(chart.table.rows.map(([what]) => what)).toEqual(['x 4 → 1', 'y 4 → 2', 'z 4 → 3', 'all together'])
    const bars = [...chart.svg.matchAll(/class="(c-bar|c-bad)" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)]
    expect(bars.map(([, look]) => look)).toEqual(['c-bar', 'c-bar', 'c-bad', 'c-bar'])
    const [first, second, third, all] = bars.map(([, , x, width]) => ({
      from: Number(x),
      to: Number(x) + Number(width),
    }))
    expect(second?.from).toBeCloseTo(first?.to ?? 0, 0)
    expect(third?.to).toBeCloseTo(second?.to ?? 0, 0)
    expect(all?.from).toBeCloseTo(first?.from ?? 0, 0)
    expect(all?.to).toBeCloseTo(third?.from ?? 0, 0)
    expect(chart.caption).toContain('Each bar begins where the one above it ended.')
  })
})

describe('a study with repeats that were luckier than its best', async () => {
  const study = await createStudy({
    goals: { loss: 'minimize' },
    space: { x: float(0, 9, { default: 4 }), y: float(0, 9, { default: 4 }) },
    seed: 3,
  })
  // Each training scores better than the one before it would have.
  const luckier = ({ x, y }: { x: number; y: number }, { number }: { number: number }) => 10 + x + y - number / 10
  await study.optimize(luckier, { trials: 20 })
  await ablate(study, luckier, { runs: 12 })
  const searched = 20

  it('keeps the best of its search in every chart', () => {
    const lowest = study.trials.flatMap((trial) => (trial.state === 'complete' ? trial.values : []))
    expect(Math.min(...lowest)).toBeLessThan(study.best.record.values[0] ?? 0)
    const history = chartData(study, 'history', { now })
    if (history?.kind !== 'history') throw new Error('no history')
    expect(history.data.improvements.at(-1)?.number).toBe(study.best.number)
    const parallel = chartData(study, 'parallel', { now })
    if (parallel?.kind !== 'parallel') throw new Error('no lines')
    expect(parallel.data.lines.at(-1)?.number).toBe(study.best.number)
    const cost = costData(study.trials, study.goals)
    expect(cost.front.every(({ number }) => number < searched)).toBe(true)
  })

  it('counts each configuration that was searched once', () => {
    expect(study.trials.length).toBeGreaterThan(searched)
    expect(chartData(study, 'importance', { now })).toMatchObject({ data: { trials: searched } })
    expect(chartData(study, 'efficiency', { now })).toMatchObject({ data: { of: searched } })
  })
})
