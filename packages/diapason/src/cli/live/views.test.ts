import { describe, expect, it } from 'vitest'
import { randomSampler } from '../../samplers/random.ts'
import { float } from '../../space/nodes.ts'
import { createStudy } from '../../study/create-study.ts'
import { completeTrial, DEFAULTS, failedTrial, prunedTrial, runningTrial, sampleInfo } from '../fixtures/sample-run.ts'
import type { AnyStudy, ProgressView, RunEvent, RunSummary } from '../progress.ts'
import { displayWidth } from '../text/display-width.ts'
import { plainPaint } from '../text/paint.ts'
import { captureLines } from './captured-output.ts'
import { jsonView } from './json-view.ts'
import { plainView } from './plain-view.ts'
import { keptLines } from './terminal-view.ts'

const at = 1_000_500
const EVENTS: readonly RunEvent[] = [
  { type: 'trial-start', at, trial: runningTrial(0, 0, DEFAULTS) },
  { type: 'report', at, trial: runningTrial(0, 1, DEFAULTS), step: 1, value: Number.NaN },
  { type: 'trial-end', at, trial: completeTrial(0, 0.9611, DEFAULTS), isBest: true },
  { type: 'trial-end', at, trial: prunedTrial(1, 3, 0.7), isBest: false },
  { type: 'trial-end', at, trial: prunedTrial(2, 5, 0.7, 'the time budget ran out'), isBest: false },
  { type: 'trial-end', at, trial: failedTrial(3, 'out of memory\n  at line 3'), isBest: false },
  { type: 'output', at, trial: 3, stream: 'stderr', line: 'allocating' },
  { type: 'output', at, trial: undefined, stream: 'stdout', line: 'hello\u001b[2J' },
  { type: 'notice', at, level: 'warning', text: 'finishing 2 trials' },
]

async function summary(): Promise<RunSummary> {
  const study = await createStudy({
    goals: { accuracy: 'maximize' },
    space: { x: float(0, 1) },
    sampler: randomSampler(),
  })
  const result = await study.optimize(({ x }) => x, { trials: 2 })
  return { study: study as unknown as AnyStudy, result, error: undefined, endedAt: at }
}

async function shown(open: (write: (text: string) => void) => ProgressView): Promise<string> {
  let text = ''
  const view = open((part) => {
    text += part
  })
  view.start(sampleInfo({ earlier: [completeTrial(9, 0.5)] }))
  for (const event of EVENTS) view.event(event)
  await view.stop(await summary())
  return text
}

describe('plain lines', () => {
  it('are one for each trial that ended, with what went before', async () => {
    const tuned = 'layers 2, layers.0.units 128, layers.1.units 256, optimizer sgd, rate 0.05, momentum 0.9'
    expect((await shown(plainView)).split('\n')).toEqual([
      'study digits 手書き in sqlite:diapason-demo.db: maximize accuracy; tpe, asha, 2 workers, seed 7',
      'budget: 60 trials or 45.0 s; space: 7 parameters; without end; going on after 1 trial',
      'trial 0 complete: accuracy 0.9611 (best so far), 4.2 s; the default configuration',
      `trial 1 pruned at epoch 3 with 0.3693, 900 ms; ${tuned}`,
      `trial 2 stopped at epoch 5 with 0.4994, 900 ms; ${tuned}`,
      `trial 3 failed: out of memory   at line 3, 40 ms; ${tuned}`,
      'trial 3: allocating',
      'hello',
      'warning: finishing 2 trials',
      '',
    ])
  })
})

describe('JSON events', () => {
  it('are one a line, in order, from start to end', async () => {
    const lines = (await shown(jsonView)).trimEnd().split('\n')
    const events = lines.map((line) => JSON.parse(line) as { [key: string]: unknown })
    expect(events.map(({ type }) => type)).toEqual(['start', ...EVENTS.map(({ type }) => type), 'end'])
    expect(events[0]).toMatchObject({
      at: 1_000_000,
      study: 'digits 手書き',
      goals: { accuracy: 'maximize' },
      budget: { trials: 60, timeMs: 45_000, target: null },
      earlier: { complete: 1, pruned: 0, failed: 0, running: 0, waiting: 0 },
      defaults: DEFAULTS,
    })
    expect(events[1]).toEqual({ type: 'trial-start', at, trial: 0, params: DEFAULTS })
    expect(events[2]).toEqual({ type: 'report', at, trial: 0, step: 1, value: 'NaN' })
    expect(events[3]).toMatchObject({
      trial: 0,
      state: 'complete',
      values: { accuracy: 0.9611 },
      isBest: true,
      lastStep: 27,
    })
    expect(events[4]).toMatchObject({
      trial: 1,
      state: 'pruned',
      values: { accuracy: 0.7 },
      lastStep: 3,
      durationMs: 900,
    })
    expect(events[6]).toMatchObject({
      state: 'failed',
      values: {},
      reason: 'out of memory\n  at line 3',
      lastStep: null,
    })
    expect(events.at(-1)).toMatchObject({ reason: 'trials', error: null, trials: 2, counts: { complete: 2 } })
  })
})

describe('what stays above the panel', () => {
  it('is a failure once, with its cause, within the width', () => {
    const trial = failedTrial(7, `Cannot allocate ${'many '.repeat(100)}bytes`)
    const lines = keptLines({ type: 'trial-end', at, trial, isBest: false }, 40, plainPaint)
    expect(lines[0]).toMatch(/^✗ trial 7 failed: Cannot allocate many/)
    expect(lines).toHaveLength(4)
    expect(lines.at(-1)).toBe('  …')
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40)
  })

  it('is what the objective prints, with its trial', () => {
    const event = { type: 'output', at, trial: 3, stream: 'stdout', line: 'loss\u001b[1A 手' } as const
    expect(keptLines(event, 80, plainPaint)).toEqual(['#3 loss 手'])
    expect(keptLines({ type: 'trial-end', at, trial: completeTrial(1, 1), isBest: true }, 80, plainPaint)).toEqual([])
  })
})

describe('captured output', () => {
  it('comes as whole lines and ends with the capture', () => {
    const written: string[] = []
    const stream = {
      write(text: string) {
        written.push(text)
        return true
      },
    } as unknown as NodeJS.WriteStream
    const lines: string[] = []
    const original = stream.write
    const capture = captureLines(stream, (line) => lines.push(line))
    stream.write('one\ntw')
    stream.write(Buffer.from('o\r\nrest'))
    capture.write('direct')
    expect(lines).toEqual(['one', 'two'])
    capture.release()
    expect(lines).toEqual(['one', 'two', 'rest'])
    expect(stream.write).toBe(original)
    expect(written).toEqual(['direct'])
  })

  it('tells a writer that its text is out', async () => {
    const stream = { write: () => true } as unknown as NodeJS.WriteStream
    captureLines(stream, () => {})
    await new Promise<void>((resolve) => stream.write('x', 'utf8', () => resolve()))
  })
})
