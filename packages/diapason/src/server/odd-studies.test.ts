import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHART_KINDS } from '../analysis/chart-data.ts'
import { TrialPruned } from '../errors.ts'
import { reportHtml } from '../report/report-html.ts'
import { reportMarkdown } from '../report/report-markdown.ts'
import { studyReport } from '../report/study-report.ts'
import { choice, float, int } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy, openStudy } from '../study/create-study.ts'
import { type RunningServer, serveDashboard } from './node.ts'

const storage = memoryStorage()
const base = { storage, seed: 1 }
const loss = { loss: 'minimize' } as const

/** Studies that there are, though nobody would choose one of them for a picture. */
const MADE: Readonly<Record<string, () => Promise<unknown>>> = {
  'no trial': async () => {
    await createStudy({ ...base, name: 'no trial', goals: loss, space: { x: float(0, 1) } })
  },
  'one trial': async () => {
    const study = await createStudy({ ...base, name: 'one trial', goals: loss, space: { x: float(0, 1) } })
    await study.optimize(() => 1, { trials: 1 })
  },
  'one waits': async () => {
    const study = await createStudy({ ...base, name: 'one waits', goals: loss, space: { x: float(0, 1) } })
    await study.enqueue({ x: 0.5 })
  },
  'one runs': async () => {
    const study = await createStudy({ ...base, name: 'one runs', goals: loss, space: { x: float(0, 1) } })
    const trial = await study.ask()
    await trial.report(1, Number.NaN)
  },
  'all failed': async () => {
    const study = await createStudy({ ...base, name: 'all failed', goals: loss, space: { x: float(0, 1) } })
    const fail = () => {
      throw new Error('no GPU \u{1f4a5} <b>')
    }
    await study.optimize(fail, { trials: 12, maxFailuresInARow: 100 })
  },
  'all pruned': async () => {
    const study = await createStudy({ ...base, name: 'all pruned', goals: loss, space: { x: float(0, 1) } })
    await study.optimize(
      async ({ x }, trial) => {
        await trial.report(1, x)
        throw new TrialPruned()
      },
      { trials: 12 },
    )
  },
  'all infeasible': async () => {
    const study = await createStudy({ ...base, name: 'all infeasible', goals: loss, space: { x: float(0, 1) } })
    await study.optimize(
      async ({ x }, trial) => {
        await trial.constrain('<b>memory</b>', 1 + x)
        return x
      },
      { trials: 12 },
    )
  },
  'odd numbers': async () => {
    const study = await createStudy({
      ...base,
      name: 'odd numbers',
      goals: { loss: 'maximize' },
      space: { x: float(0, 1), same: float(1, 1), all: choice([true, 'true', null, '']) },
    })
    const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -1e308, 0, -0, 5e-324]
    await study.optimize(
      async (_, trial) => {
        await trial.report(1, [Number.NaN, ...values][trial.number % 8] ?? 0)
        return values[trial.number % 7] ?? 0
      },
      { trials: 21 },
    )
  },
  'the same each time': async () => {
    const study = await createStudy({ ...base, name: 'the same each time', goals: loss, space: { x: float(0, 1) } })
    await study.optimize(
      async (_, trial) => {
        await trial.report(1, 3)
        return 3
      },
      { trials: 12 },
    )
  },
  'three goals': async () => {
    const goals = { a: 'maximize', b: 'minimize', c: 'maximize' } as const
    const study = await createStudy({ ...base, name: 'three goals', goals, space: { x: float(0, 1), y: float(0, 1) } })
    await study.optimize(({ x, y }) => ({ a: x, b: y, c: x * y }), { trials: 30 })
  },
  '300 parameters': async () => {
    const space = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}`, int(1, 1000, { log: true })]))
    const study = await createStudy({ ...base, name: '300 parameters', goals: loss, space })
    await study.optimize((params) => Number(params.p7), { trials: 25 })
  },
  '\u{1f642} <i>&amp;': async () => {
    const name = '\u{1f642} <i>&amp;'
    const space = { '\u{1f680} <b>': float(0, 1), 'a:b,c "q"': choice(['\u{1f642}', '<script>', '"']) }
    const study = await createStudy({ ...base, name, goals: { '\u{1f4c9} <u>': 'minimize' }, space })
    await study.optimize((params) => Number(params['\u{1f680} <b>']), { trials: 20 })
  },
}

let server: RunningServer
beforeAll(async () => {
  for (const make of Object.values(MADE)) await make()
  server = await serveDashboard({ storage, port: 0, onError: (error) => expect(error).toBeUndefined() })
}, 60_000)
afterAll(() => server.close())

const get = (path: string) => fetch(new URL(path, server.url))
const study = async (name: string) => {
  const studies = (await (await get('/api/studies')).json()) as { id: number; name: string }[]
  return studies.find((each) => each.name === name)?.id
}

describe.each(Object.keys(MADE))('a study with %j', (name) => {
  it('has an answer at every address', async () => {
    const id = await study(name)
    for (const path of ['', '/totals', '/outlook', '/trials', '/export', '/export?format=json', '/report']) {
      expect((await get(`/api/studies/${id}${path}`)).status, path).toBe(200)
    }
    for (const kind of CHART_KINDS) {
      expect((await get(`/api/studies/${id}/charts/${kind}`)).status, kind).toBe(200)
      const drawing = await get(`/api/studies/${id}/charts/${kind}?format=svg`)
      expect([200, 404], kind).toContain(drawing.status)
      if (drawing.status !== 200) continue
      const places = / (?:x|y|cx|cy|r|d|width|height)="[^"]*(?:NaN|Infinity|undefined)/.exec(await drawing.text())
      expect(places?.[0], kind).toBeUndefined()
    }
    const opened = await openStudy({ storage, name })
    for (const { number } of opened.trials.slice(0, 3)) {
      expect((await get(`/api/studies/${id}/trials/${number}`)).status).toBe(200)
    }
  })

  it('has a report', async () => {
    const report = studyReport(await openStudy({ storage, name }), 0)
    expect(await reportHtml(report)).not.toMatch(/undefined|<script|<i>|<b>|<u>/)
    expect(reportMarkdown(report)).not.toMatch(/undefined|(?<!\\)<(script|i|b|u)>/)
  })
})

describe('trials within ranges', () => {
  it('have figures of their own', async () => {
    const id = await study('three goals')
    const totals = async (query: string) =>
      (await (await get(`/api/studies/${id}/totals${query}`)).json()) as {
        counts: { complete: number }
        bestCount: number
        best: { params: { x: number } }[]
      }
    const all = await totals('')
    const some = await totals('?range=x:..0.5')
    expect(all.counts.complete).toBe(30)
    expect(some.counts.complete).toBeLessThan(30)
    expect(some.counts.complete).toBeGreaterThan(0)
    expect(some.best.every(({ params }) => params.x <= 0.5)).toBe(true)
    expect((await get(`/api/studies/${id}/totals?range=none:1..2`)).status).toBe(400)
  })
})
