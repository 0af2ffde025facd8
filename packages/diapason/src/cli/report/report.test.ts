import { beforeAll, describe, expect, it, vi } from 'vitest'
import { noPruner } from '../../pruners/no-pruning.ts'
import { randomSampler } from '../../samplers/random.ts'
import { branch, choice, float, int, repeat } from '../../space/nodes.ts'
import { createStudy } from '../../study/create-study.ts'
import type { OptimizeResult } from '../../study/optimize.ts'
import { sampleInfo } from '../fixtures/sample-run.ts'
import type { AnyStudy, RunInfo } from '../progress.ts'
import { displayWidth } from '../text/display-width.ts'
import { colourPaint, plainPaint } from '../text/paint.ts'
import { buildReport } from './build-report.ts'
import type { FinalReport } from './final-report.ts'
import type { TestScores } from './final-test.ts'
import { screenLines } from './screen-lines.ts'

const space = {
  layers: repeat(1, 3, { units: int(16, 512, { log: true, default: 64 }) }, { default: 1 }),
  optimizer: branch('kind', {
    adam: { rate: float(1e-5, 1e-1, { log: true, default: 1e-3 }) },
    sgd: { rate: float(1e-4, 1, { log: true, default: 1e-2 }), momentum: float(0, 0.99, { default: 0.9 }) },
  }),
  activation: choice(['relu', 'tanh'], { default: 'relu' }),
}
const TUNED = {
  layers: [{ units: 128 }, { units: 300 }],
  optimizer: { kind: 'sgd', rate: 0.05, momentum: 0.5 },
  activation: 'relu',
}
const result: OptimizeResult = { reason: 'trials', trials: 6, elapsedMs: 45_000 }

/** Six trials: the default, one queued configuration, four pruned at epochs 1, 3, 9 and 9. */
async function sampleStudy(tuned = 0.98): Promise<AnyStudy> {
  const study = await createStudy({
    name: 'digits',
    goals: { accuracy: 'maximize' },
    space,
    seed: 3,
    sampler: randomSampler(),
    pruner: noPruner(),
    fidelity: { name: 'epochs', min: 1, max: 27 },
  })
  const tell = async (epochs: number, value: number | undefined) => {
    const trial = await study.ask()
    for (let epoch = 1; epoch <= epochs; epoch++) await trial.tryReport(epoch, (value ?? 0.5) * (1 - 1 / (1 + epoch)))
    await (value === undefined ? study.prune(trial) : study.tell(trial, value))
  }
  await tell(27, 0.96)
  await study.enqueue(TUNED)
  await tell(27, tuned)
  for (const epochs of [1, 3, 9, 9]) await tell(epochs, undefined)
  return study as unknown as AnyStudy
}

/** Scores of 200 examples and 3 seeds: the candidate gets `gained` more examples right and `lost` fewer. */
function scores(gained: number, lost: number): TestScores {
  const row = (right: (i: number) => boolean) => Array.from({ length: 200 }, (_, i) => Number(right(i)))
  const baseline = row((i) => i < 180)
  const candidate = row((i) => (i < 180 ? i >= lost : i < 180 + gained))
  const elapsedMs = 9100
  return {
    baseline: [baseline, baseline, baseline],
    candidate: [candidate, candidate, candidate],
    elapsedMs,
    isStopped: false,
    failure: undefined,
  }
}

async function report(
  parts: { study?: AnyStudy; scores?: TestScores; info?: Partial<RunInfo>; error?: string } = {},
): Promise<FinalReport> {
  const study = parts.study ?? (await sampleStudy())
  return buildReport({
    info: sampleInfo({ study: 'digits', ...parts.info }),
    summary: { study, result: parts.error === undefined ? result : undefined, error: parts.error, endedAt: 1_045_000 },
    scores: parts.scores,
    command: 'diapason run tune.ts',
  })
}

const screen = (of: FinalReport, columns = 80) => screenLines(of, { columns, paint: plainPaint })

// However the tests were started: the commands shown are those of an installed `diapason`.
beforeAll(() => {
  vi.stubEnv('npm_command', undefined)
  vi.stubEnv('npm_lifecycle_event', undefined)
})

describe('the last screen', () => {
  it('at 80 columns, where tuning paid', async () => {
    expect(screen(await report({ scores: scores(12, 2) }))).toEqual([
      '',
      'digits  maximize accuracy · all trials have run',
      'Tuning paid: 5.0 points on data that it never saw.',
      '',
      '          default  tuned',
      'test      90.0 %   95.0 %  +5.0 points (95 % interval +1.4 to +8.6)',
      'accuracy  0.96     0.98    flatters the winner, as it was chosen by this',
      'test: 200 untouched examples, 3 training seeds each, 9.1 s',
      '',
      'changed     layers            1 → 2',
      '              layers.0.units  64 → 128',
      '              layers.1.units  300',
      '            optimizer         adam → sgd',
      '              rate            0.05',
      '              momentum        0.5',
      '',
      'cost        6 trials: 2 complete, 4 pruned, 0 failed; 45.0 s, 76 epochs',
      'pruning     saved 86 of 162 epochs (53 %)',
      '',
      'look closer:  diapason show digits --storage sqlite:diapason-demo.db',
      'go on:        diapason run tune.ts --resume --trials 12',
    ])
  })

  it('puts what does not fit beside the figures below them', async () => {
    expect(screen(await report({ scores: scores(12, 2) }), 56).slice(4, 10)).toEqual([
      '          default  tuned',
      'test      90.0 %   95.0 %',
      '  +5.0 points (95 % interval +1.4 to +8.6)',
      'accuracy  0.96     0.98',
      '  flatters the winner, as it was chosen by this',
      'test: 200 untouched examples, 3 training seeds each, 9.…',
    ])
  })

  it('says that tuning was not worth it where the interval includes zero', async () => {
    const { verdict, test } = await report({ scores: scores(3, 2) })
    expect(verdict).toEqual({
      kind: 'no-difference',
      words: 'Not worth tuning, as far as this test can tell: the interval includes zero.',
    })
    expect(test?.interval?.[0]).toBeLessThan(0)
    expect(test?.interval?.[1]).toBeGreaterThan(0)
  })

  it('says that tuning did harm', async () => {
    const lines = screen(await report({ scores: scores(0, 20) }))
    expect(lines[2]).toBe('Tuning did harm: 10.0 points less than the default on data that it never saw.')
    expect(lines.join('\n')).toContain('−10.0 points (95 % interval −14.')
  })

  it('warns of validation values where there is no test', async () => {
    const of = await report()
    expect(of.verdict.kind).toBe('untested')
    expect(screen(of).slice(2, 7)).toEqual([
      'Accuracy went from 0.96 to 0.98, but these are validation values, which flatter',
      'the winner, as it was chosen by them.',
      '',
      '          default  tuned',
      'accuracy  0.96     0.98',
    ])
  })

  it('says so where nothing beat the default', async () => {
    const of = await report({ study: await sampleStudy(0.5) })
    expect(of.verdict.kind).toBe('default-is-best')
    expect(of.changes).toEqual([])
    expect(screen(of)[2]).toBe('No trial beat the default configuration: keep it.')
  })

  it('shows the best configuration whole where the space declares no default', async () => {
    const study = await createStudy({
      goals: { loss: 'minimize' },
      space: { rate: float(0, 1), kind: choice(['a', 'b']) },
      seed: 1,
      sampler: randomSampler(),
    })
    await study.optimize(({ rate }) => rate, { trials: 3 })
    const of = await report({ study: study as unknown as AnyStudy })
    expect(of).toMatchObject({
      verdict: { kind: 'no-default' },
      defaults: null,
      test: null,
      changes: [],
      savings: null,
    })
    const lines = screen(of)
    expect(lines.some((line) => /^best {8}0\.\d+ {2}trial \d$/.test(line))).toBe(true)
    expect(lines.some((line) => /^parameters {2}rate {2}0\.\d+$/.test(line))).toBe(true)
    expect(lines.join('\n')).not.toContain('default ')
  })

  it('lists trials that none beats where there are several goals', async () => {
    const study = await createStudy({
      goals: { accuracy: 'maximize', latency: 'minimize' },
      space: { x: float(0, 1, { default: 0.5 }) },
      seed: 1,
      sampler: randomSampler(),
    })
    await study.optimize(({ x }) => ({ accuracy: x, latency: x }), { trials: 4 })
    const of = await report({ study: study as unknown as AnyStudy, scores: undefined as never })
    expect(of.verdict).toEqual({
      kind: 'several-goals',
      words: '4 trials are not beaten in accuracy and latency together: choose among them.',
    })
    expect(screen(of).filter((line) => /^\d +0\./.test(line))).toHaveLength(4)
  })

  it('says why the run failed, and that there is nothing to choose from', async () => {
    const study = await createStudy({
      goals: { loss: 'minimize' },
      space: { x: float(0, 1) },
      sampler: randomSampler(),
    })
    await study.ask()
    const of = await report({ study: study as unknown as AnyStudy, error: '10 trials in a row failed' })
    const lines = screen(of)
    expect(lines[1]).toContain('the run failed')
    expect(lines[2]).toBe('10 trials in a row failed')
    expect(of.verdict.kind).toBe('nothing-complete')
  })

  it('tells why a test gave nothing, and judges by validation values then', async () => {
    const failed = { ...scores(0, 0), baseline: [], candidate: [], failure: 'no such layer' }
    const of = await report({ scores: failed })
    expect(of).toMatchObject({ test: null, testFailure: 'no such layer', verdict: { kind: 'untested' } })
    expect(screen(of).join('\n')).toContain('The test gave nothing: no such layer')
  })

  it('says when the test was cut short', async () => {
    const part = scores(20, 0)
    const of = await report({
      scores: { ...part, baseline: part.baseline.slice(1), candidate: part.candidate.slice(1), isStopped: true },
    })
    expect(of.test?.seeds).toBe(2)
    expect(of.advice.join()).toContain('stopped early')
  })

  it('writes scores that are no right or wrong as numbers', async () => {
    const part = scores(0, 0)
    const of = await report({ scores: { ...part, baseline: [[0.5, 0.25]], candidate: [[0.75, 0.5]] } })
    expect(of.test?.isShare).toBe(false)
    expect(screen(of).join('\n')).toContain('test      0.375    0.625  +0.25 (95 % interval +0.25 to +0.25)')
  })

  it('advises where the best sits at a bound, came late, or many failed', async () => {
    const study = await createStudy({
      goals: { loss: 'minimize' },
      space: { width: int(16, 512, { default: 64 }) },
      seed: 1,
      sampler: randomSampler(),
    })
    await study.optimize(
      (_, trial) => {
        if (trial.number % 3 === 1) throw new Error('out of memory')
        return 10
      },
      { trials: 20 },
    )
    await study.enqueue({ width: 512 })
    await study.optimize(() => 1, { trials: 1 })
    const { advice, atBounds } = await report({ study: study as unknown as AnyStudy })
    expect(atBounds).toEqual([{ path: 'width', value: 512, bound: 'high', limit: 512 }])
    expect(advice).toEqual([
      'width 512 is at the upper end of its range: widen it, there may be better beyond.',
      'The best came late (trial 20 of 21): more trials may well find better.',
      '7 trials failed (33 %), most often with: out of memory',
    ])
  })

  it('takes the confirmed winner, not the luckiest, and says how sure it is', async () => {
    const study = await sampleStudy()
    const finalist = (number: number, observed: number, mean: number, costMs: number) => ({
      number,
      params: {},
      observed,
      runs: [mean - 0.001, mean + 0.001],
      mean,
      interval: [mean - 0.004, mean + 0.004] as const,
      chanceBest: number === 0 ? 0.81 : 0.19,
      costMs,
    })
    const [winner, second] = [finalist(0, 0.96, 0.961, 1000), finalist(1, 0.98, 0.959, 500)]
    const confirmation = { winner, finalists: [winner, second], cheaper: second, noise: 0.001, optimism: -0.001 }
    const summary = { study, result, error: undefined, confirmation, endedAt: 1_045_000 }
    const found = buildReport({ info: sampleInfo({ study: 'digits' }), summary, scores: undefined, command: undefined })
    expect(found.best).toMatchObject([{ trial: 0 }])
    expect(found.confirmation).toMatchObject({ trial: 0, finalists: 2, runs: 4, cheaper: { trial: 1, costShare: 0.5 } })
    const words = screenLines(found, { columns: 80, paint: plainPaint }).join(' ').replace(/\s+/g, ' ')
    expect(words).toContain(
      'confirmed accuracy 0.961 with fresh seeds (95 % interval 0.957 to 0.965); the best of 2 finalists with a chance of 81 %, after 4 repeats',
    )
    expect(words).toContain('cheaper trial 1 is as good as the noise can tell (0.959), at 50 % of the cost')
  })

  it('gives no command for a study in memory', async () => {
    expect((await report({ info: { storage: 'memory' } })).next).toEqual([])
  })

  it('counts the trials of this run apart from those before', async () => {
    const study = await sampleStudy()
    const of = buildReport({
      info: sampleInfo({ earlier: study.trials.slice(0, 4) }),
      summary: { study, result: { ...result, trials: 2 }, error: undefined, endedAt: 0 },
      scores: undefined,
    })
    expect(screen(of).join('\n')).toContain('cost        6 trials (2 in this run): 2 complete')
  })

  it('counts trials that the end of the run cut short for themselves', async () => {
    const study = await createStudy({
      goals: { loss: 'minimize' },
      space: { x: float(0, 1) },
      seed: 1,
      sampler: randomSampler(),
    })
    await study.optimize(() => 1, { trials: 1 })
    const endless = () => new Promise<number>(() => {})
    await study.optimize(endless, { time: 20, abortGraceMs: 1, concurrency: 2 })
    const of = await report({ study: study as unknown as AnyStudy })
    expect(of.cost).toMatchObject({ counts: { complete: 1, failed: 2 }, stopped: { pruned: 0, failed: 2 } })
    expect(screen(of).join('\n')).toContain('3 trials: 1 complete, 0 pruned, 0 failed, 2 cut short by the end')
    expect(of.advice).toEqual([])
  })

  it.each([20, 40, 79, 80, 160])('fits %i columns, commands alone excepted', async (columns) => {
    for (const paint of [plainPaint, colourPaint]) {
      const of = await report({ scores: scores(12, 2), error: 'a long story '.repeat(20) })
      const lines = screenLines({ ...of, next: [] }, { columns, paint })
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(columns, 32))
    }
  })
})
