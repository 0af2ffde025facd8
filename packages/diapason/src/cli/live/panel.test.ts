import { describe, expect, it } from 'vitest'
import { completeTrial, DEFAULTS, failedTrial, prunedTrial, runningTrial, sampleInfo } from '../fixtures/sample-run.ts'
import type { RunEvent, RunInfo } from '../progress.ts'
import { displayWidth } from '../text/display-width.ts'
import { colourPaint, plainPaint } from '../text/paint.ts'
import { panelLines } from './panel.ts'
import { applyEvent, createRunState } from './run-state.ts'

const MIDDLE: readonly RunEvent[] = [
  { type: 'trial-end', at: 0, trial: completeTrial(0, 0.9611, DEFAULTS), isBest: true },
  { type: 'trial-end', at: 0, trial: completeTrial(3, 0.98333), isBest: true },
  { type: 'trial-end', at: 0, trial: prunedTrial(1, 3, 0.7), isBest: false },
  { type: 'trial-end', at: 0, trial: failedTrial(2, 'out of memory'), isBest: false },
  { type: 'trial-start', at: 0, trial: runningTrial(33, 9) },
  { type: 'trial-start', at: 0, trial: runningTrial(34, 0, DEFAULTS) },
]

function panel(columns: number, events = MIDDLE, { rows = 24, ...changes }: Partial<RunInfo> & { rows?: number } = {}) {
  const state = createRunState(sampleInfo(changes))
  for (const event of events) applyEvent(state, event)
  return panelLines(state, { columns, rows, now: 1_000_000 + 21_400, paint: plainPaint })
}

describe('the panel', () => {
  it('at 80 columns', () => {
    expect(panel(80)).toEqual([
      'digits 手書き  tpe · asha · 2 workers · sqlite:diapason-demo.db',
      '━━━━━━━━━━━━━━━━━━━━───────────────────────  47 %  4 of 60 trials · 0:21 of 0:45',
      '',
      'best     accuracy 0.9833  trial 3  layers 2, layers.0.units 128, layers.1.units…',
      'default  accuracy 0.9611  trial 0',
      'trials   2 complete · 1 pruned · 1 failed   11 a minute',
      '',
      '#33      ▁▄▅▆▆▇              epoch  9/27  0.8678      0:04  layers 2, layers.0.…',
      '#34                                                   0:04  the default configu…',
    ])
  })

  it('at 160 columns', () => {
    const params = 'layers 2, layers.0.units 128, layers.1.units 256, optimizer sgd, rate 0.05, momentum 0.9'
    const lines = panel(160)
    expect(lines[1]).toBe(`${'━'.repeat(28)}${'─'.repeat(32)}  47 %  4 of 60 trials · 0:21 of 0:45`)
    expect(lines[3]).toBe(`best     accuracy 0.9833  trial 3  ${params}`)
    expect(lines[7]).toBe(`#33      ▁▃▄▅▅▆▆▇▇                    epoch  9/27  0.8678      0:04  ${params}`)
  })

  it('before anything has happened', () => {
    expect(panel(80, [])).toEqual([
      'digits 手書き  tpe · asha · 2 workers · sqlite:diapason-demo.db',
      '━━━━━━━━━━━━━━━━━━━━───────────────────────  47 %  0 of 60 trials · 0:21 of 0:45',
      '',
      'best     no complete trial yet',
      'default  not run yet',
      'trials   0 complete · 0 pruned · 0 failed',
      '',
      '',
      '',
    ])
  })

  it('says what limits the run, and has no bar where nothing does', () => {
    const target = panel(80, MIDDLE, { budget: { trials: undefined, timeMs: undefined, target: 0.99 } })
    expect(target[1]).toContain('4 trials · 0:21 · target ≥ 0.99')
    const none = panel(80, MIDDLE, { budget: { trials: undefined, timeMs: undefined, target: undefined } })
    expect(none[1]).toBe('4 trials · 0:21')
  })

  it('shows the best of each goal', () => {
    const goals = [
      { name: 'accuracy', direction: 'maximize' },
      { name: 'latency', direction: 'minimize' },
    ] as const
    const trial = { ...completeTrial(1, 0), values: [0.9, 12] }
    const lines = panel(80, [{ type: 'trial-end', at: 0, trial, isBest: false }], { goals })
    expect(lines[3]).toMatch(/^best {5}accuracy 0.9 {2}trial 1/)
    expect(lines[4]).toMatch(/^best {5}latency 12 {2}trial 1/)
  })

  it('leaves the default out where the space declares none', () => {
    expect(panel(80, MIDDLE, { defaults: undefined }).some((line) => line.startsWith('default'))).toBe(true)
    expect(panel(80, MIDDLE.slice(1, 4), { defaults: undefined }).some((line) => line.startsWith('default'))).toBe(
      false,
    )
  })

  it('says when the default was pruned, and where', () => {
    const trial = { ...prunedTrial(0, 3, 0.71), params: DEFAULTS, systemAttrs: { 'diapason:origin': 'default' } }
    const lines = panel(80, [{ type: 'trial-end', at: 0, trial, isBest: false }])
    expect(lines[4]).toMatch(/^default {2}0\.\d+ {2}pruned at epoch 3$/)
  })

  it('never wraps and never grows beyond the window', () => {
    const busy: RunEvent[] = [...MIDDLE]
    for (let number = 40; number < 70; number++) {
      busy.push({ type: 'trial-start', at: 0, trial: runningTrial(number, number % 27) })
    }
    busy.push({ type: 'notice', at: 0, level: 'warning', text: `finishing ${'トライアル'.repeat(40)}` })
    for (const columns of [1, 10, 20, 33, 50, 79, 80, 81, 120, 160, 400]) {
      for (const rows of [2, 8, 12, 24, 40]) {
        const state = createRunState(sampleInfo({ jobs: 32, study: '研究'.repeat(60) }))
        for (const event of busy) applyEvent(state, event)
        for (const paint of [plainPaint, colourPaint]) {
          const lines = panelLines(state, { columns, rows, now: 1_021_400, paint })
          expect(lines.length).toBeLessThan(rows)
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
        }
      }
    }
  })

  it('says how many running trials there is no room for', () => {
    const busy = Array.from(
      { length: 30 },
      (_, i): RunEvent => ({ type: 'trial-start', at: 0, trial: runningTrial(i, 2) }),
    )
    const lines = panel(80, busy, { jobs: 30, rows: 20 })
    expect(lines).toHaveLength(19)
    expect(lines.at(-1)).toBe('         and 19 more')
  })

  it('shows the latest notices at its foot', () => {
    const notices = ['first', 'second', 'third'].map(
      (text): RunEvent => ({ type: 'notice', at: 0, level: 'info', text }),
    )
    expect(panel(80, notices).slice(-3)).toEqual(['', 'second', 'third'])
  })
})
