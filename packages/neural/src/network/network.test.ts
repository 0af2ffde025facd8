import { describe, expect, test } from 'vitest'
import { NetworkError } from '../errors.ts'
import { createModel } from '../train/model.ts'
import { conv2d } from './convolution.ts'
import { embedding } from './embedding.ts'
import { activation, batchNorm, dense, dropout, flatten, type Layer, residual, sequential } from './layer.ts'
import { countParameters, defineNetwork } from './network.ts'
import { globalPool, maxPool } from './pooling.ts'

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

  const misfits: [string, number[], Layer[], RegExp][] = [
    [
      'an image into a dense layer',
      [1, 8, 8],
      [conv2d(4, 3), dense(2)],
      /^layers\[1\] \(dense\): takes an input of shape \[features\], got \[4, 6, 6\]\. Add flatten/,
    ],
    [
      'a row into a convolution',
      [64],
      [conv2d(4, 3)],
      /^layers\[0\] \(convolution\): takes an input of shape \[channels, height, width\], got \[64\]/,
    ],
    [
      'a kernel larger than the image',
      [1, 8, 8],
      [maxPool(4), conv2d(4, 3), flatten(), dense(2)],
      /^layers\[1\] \(convolution\): a kernel of \[3, 3\] does not fit into the input \[1, 2, 2\]/,
    ],
    [
      'a shortcut of another shape',
      [2, 8, 8],
      [sequential([residual([conv2d(4, 3, { padding: 1 })])]), flatten(), dense(2)],
      /^layers\[0\]\[0\] \(residual\): the body gives \[4, 8, 8\], the shortcut \[2, 8, 8\]/,
    ],
    ['groups that do not divide', [3, 8, 8], [conv2d(4, 3, { groups: 2 })], /2 groups do not divide 3 channels/],
    ['an image at the end', [1, 8, 8], [conv2d(4, 3)], /the last layer gives \[4, 6, 6\].*Add flatten/],
    [
      'an embedding further down',
      [3],
      [dense(3), embedding([{ column: 0, categories: 2 }])],
      /layers\[1\] \(embedding\): must be the first/,
    ],
    [
      'a column that is not there',
      [3],
      [embedding([{ column: 3, categories: 2 }]), dense(1)],
      /column 3 is outside the input \[3\]/,
    ],
    [
      'padding wider than the window',
      [1, 8, 8],
      [maxPool(2, { padding: 2 })],
      /padding: must be at most half the window/,
    ],
  ]
  for (const [name, inputs, layers, message] of misfits) {
    test(`refuses ${name}, naming the layer and both shapes`, () => {
      expect(() => defineNetwork({ inputs, layers })).toThrow(NetworkError)
      expect(() => defineNetwork({ inputs, layers })).toThrow(message)
    })
  }

  test('names the tensors of composed layers by their path', () => {
    const block = residual([conv2d(4, 3, { padding: 1 })], { shortcut: [conv2d(4, 1, { bias: false })] })
    const network = defineNetwork({ inputs: [2, 8, 8], layers: [sequential([block]), globalPool(), dense(3)] })
    expect(network.tensors.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
      '0.0.body.0.weight 4,2,3,3',
      '0.0.body.0.bias 4',
      '0.0.shortcut.0.weight 4,2,1,1',
      '2.weight 3,4',
      '2.bias 3',
    ])
  })
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

  test('orthogonal weights keep lengths, times the gain before a rectifier', () => {
    const layers = [
      dense(6, { initializer: 'orthogonal' }),
      activation('relu'),
      dense(9, { initializer: 'orthogonal' }),
    ]
    const { tensors } = createModel(defineNetwork({ inputs: 8, layers }))
    const [wide, tall] = [tensors.get('0.weight')!, tensors.get('2.weight')!]
    const product = (a: number, b: number, at: (side: number, k: number) => number, count: number): number =>
      Array.from({ length: count }, (_, k) => at(a, k) * at(b, k)).reduce((x, y) => x + y, 0)
    expect(product(2, 2, (row, k) => wide[row * 8 + k]!, 8)).toBeCloseTo(2, 5)
    expect(product(2, 5, (row, k) => wide[row * 8 + k]!, 8)).toBeCloseTo(0, 5)
    expect(product(3, 3, (column, k) => tall[k * 6 + column]!, 9)).toBeCloseTo(1, 5)
    expect(product(0, 4, (column, k) => tall[k * 6 + column]!, 9)).toBeCloseTo(0, 5)
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
