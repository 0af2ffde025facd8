import { describe, expect, it } from 'vitest'
import { randomSampler } from '../samplers/random.ts'
import { branch, choice, float, int, repeat } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { createStudy } from './create-study.ts'
import { knownGood, queueKnownGood } from './known-good.ts'
import { KNOWN_GOOD, NETWORK_KINDS } from './known-good-list.ts'
import { ATTR } from './study-parts.ts'

const space = {
  layers: repeat(
    1,
    4,
    { units: int(16, 512, { log: true, default: 64 }), dropout: float(0, 0.5, { default: 0 }) },
    { default: 1 },
  ),
  optimizer: branch('kind', {
    adam: { learningRate: float(1e-5, 1e-1, { log: true, default: 1e-3 }) },
    sgd: { lr: float(1e-4, 1, { log: true, default: 1e-2 }), momentum: float(0, 0.99, { default: 0.9 }) },
  }),
  batch_size: choice([16, 32, 64, 128], { default: 32 }),
} as const

describe('knownGood', () => {
  it('finds parameters by the last part of their names, in branches and repeats too, within their ranges', () => {
    const [first, second] = knownGood(compileSpace(space), 'dense')
    // LCBench's: five layers of 919 units do not fit, so those keep their defaults; 19 is near 16.
    expect(first).toMatchObject({
      params: {
        layers: 1,
        'layers.0.units': 64,
        'layers.0.dropout': expect.closeTo(0.1, 12),
        optimizer: 'sgd',
        'optimizer.sgd.lr': expect.closeTo(3.35e-3, 12),
        'optimizer.sgd.momentum': expect.closeTo(0.85, 12),
        batch_size: 16,
      },
      known: ['layers.0.dropout', 'optimizer', 'optimizer.sgd.lr', 'optimizer.sgd.momentum', 'batch_size'],
      source: expect.stringContaining('LCBench'),
    })
    expect(second?.params).toMatchObject({ layers: 3, optimizer: 'adam', batch_size: 64 })
    expect(second?.params['optimizer.adam.learningRate']).toBeCloseTo(4.6e-4, 12)
  })

  it('takes a space without an optimiser for SGD where it has a momentum, else for Adam', () => {
    const lr = float(1e-6, 1, { log: true })
    const rates = (entries: Parameters<typeof compileSpace>[0]) =>
      knownGood(compileSpace(entries), 'convolutional').map(({ params }) => Number(Number(params.lr).toPrecision(4)))
    expect(rates({ lr, momentum: float(0, 0.99) })).toEqual([0.1])
    expect(rates({ lr, momentum: float(0, 0.99), weight_decay: float(1e-6, 1e-2, { log: true }) })).toEqual([0.1, 0.1])
    expect(rates({ lr })).toEqual([0.001308, 0.001195, 0.001])
  })

  it('leaves out what does not fit, and has something for every kind', () => {
    expect(knownGood(compileSpace({ lr: float(0.2, 1) }), 'transformer')).toEqual([])
    expect(knownGood(compileSpace({ x: float(0, 1) }), 'dense')).toEqual([])
    for (const kind of NETWORK_KINDS) {
      expect(knownGood(compileSpace({ lr: float(1e-6, 1, { log: true }) }), kind).length).toBeGreaterThan(0)
      for (const { numbers, source } of KNOWN_GOOD[kind]) {
        expect(numbers.learningRate).toBeGreaterThan(0)
        expect(source).toMatch(/\d{4}/)
      }
    }
    expect(() => knownGood(compileSpace({}), 'linear' as never)).toThrow(/dense, convolutional/)
  })
})

describe('queueKnownGood', () => {
  it('runs the default first, then what is known, marked; once', async () => {
    const study = await createStudy({ goals: { loss: 'minimize' }, space, sampler: randomSampler(), seed: 1 })
    const queued = await queueKnownGood(study, 'dense')
    expect(queued).toHaveLength(3)
    expect(await queueKnownGood(study, 'dense')).toEqual([])
    await study.optimize(() => 1, { trials: 6 })
    expect(study.trials.map(({ systemAttrs }) => systemAttrs[ATTR.origin])).toEqual([
      'default',
      'known-good',
      'known-good',
      'known-good',
      undefined,
      undefined,
    ])
    expect(study.trials[0]?.params).toEqual(study.defaults)
    expect(study.trials.slice(1, 4).map(({ params }) => params)).toEqual(queued.map(({ params }) => params))
    expect(study.trials[1]?.systemAttrs[ATTR.source]).toContain('LCBench')
  })
})
