import { describe, expect, test } from 'vitest'
import { NetworkError } from '../errors.ts'
import { createModel } from '../train/model.ts'
import { activation, batchNorm, dense, dropout, type Layer } from './layer.ts'
import { countParameters, defineNetwork } from './network.ts'

const variance = (values: Float32Array): number => values.reduce((total, x) => total + x * x, 0) / values.length

describe('defineNetwork', () => {
  test('works out shapes, names and sizes', () => {
    const network = defineNetwork({
      inputs: 64,
      layers: [dense(512), batchNorm(), activation('relu'), dense(10, { bias: false })],
    })
    expect(network.outputs).toBe(10)
    expect(network.tensors.map(({ name, shape, role }) => `${name} ${shape} ${role}`)).toEqual([
      '0.weight 512,64 parameter',
      '0.bias 512 parameter',
      '1.weight 512 parameter',
      '1.bias 512 parameter',
      '1.runningMean 512 statistic',
      '1.runningVariance 512 statistic',
      '3.weight 10,512 parameter',
    ])
    expect(countParameters(network)).toBe(512 * 65 + 2 * 512 + 5120)
  })

  test('is plain data', () => {
    const network = defineNetwork({ inputs: 3, layers: [dense(2), activation('tanh'), dropout(0.5), dense(1)] })
    expect(JSON.parse(JSON.stringify(network))).toEqual(network)
  })

  const wrong: [string, number, Layer[], RegExp][] = [
    ['no units', 4, [dense(0)], /layers\[0\] \(dense\)\.units: must be a whole number, at least 1, got 0/],
    ['everything dropped', 4, [dense(2), dropout(1)], /layers\[1\] \(dropout\)\.rate/],
    ['nothing to learn', 4, [activation('relu')], /no dense layer/],
    [
      'an unknown activation',
      4,
      [dense(1), { kind: 'activation', name: 'swish' as 'silu' }],
      /'swish' is unknown. Use one of relu/,
    ],
    ['an unknown layer', 4, [{ kind: 'conv' } as unknown as Layer], /kind of layer is unknown/],
    ['half an input', 0.5, [dense(1)], /inputs/],
  ]
  for (const [name, inputs, layers, message] of wrong) {
    test(`refuses ${name}`, () => {
      expect(() => defineNetwork({ inputs, layers })).toThrow(NetworkError)
      expect(() => defineNetwork({ inputs, layers })).toThrow(message)
    })
  }
})

describe('createModel', () => {
  test('starts with the variance that suits the activation that follows', () => {
    const layers = [dense(400), activation('relu'), dense(300), activation('selu'), dense(200), activation('tanh')]
    const { tensors } = createModel(defineNetwork({ inputs: 500, layers }))
    expect(variance(tensors.get('0.weight')!) * 500).toBeCloseTo(2, 1)
    expect(variance(tensors.get('2.weight')!) * 400).toBeCloseTo(1, 1)
    expect(variance(tensors.get('4.weight')!) * 500).toBeCloseTo(2, 1)
    expect(Math.max(...tensors.get('4.weight')!)).toBeLessThanOrEqual(Math.sqrt(6 / 500))
    expect(tensors.get('0.bias')!.every((x) => x === 0)).toBe(true)
  })

  test('the same seed gives the same weights, on any machine', () => {
    const network = defineNetwork({ inputs: 3, layers: [dense(2), activation('relu'), dense(1)] })
    const weights = createModel(network, { seed: 42 }).tensors
    expect(createModel(network, { seed: 42 }).tensors).toEqual(weights)
    expect(createModel(network, { seed: 43 }).tensors).not.toEqual(weights)
    // Pinned: a change here changes everybody's results and belongs into the changelog.
    expect([...weights.get('0.weight')!].map((x) => x.toFixed(6))).toMatchInlineSnapshot(`
      [
        "0.522755",
        "0.102354",
        "-0.268329",
        "-0.139782",
        "0.567125",
        "-0.354323",
      ]
    `)
  })
})
