// Somebody's own model, as it was before anybody tuned it: recognises which of two spirals a point lies on.
import * as tf from '@tensorflow/tfjs'

export interface ModelOptions {
  readonly units: number
  readonly layers: number
  readonly activation: 'relu' | 'tanh' | 'elu'
  readonly learningRate: number
  readonly seed: number
}

export function createModel({ units, layers, activation, learningRate, seed }: ModelOptions): tf.Sequential {
  const initializer = (layer: number) => tf.initializers.glorotUniform({ seed: seed + layer })
  const model = tf.sequential()
  for (let layer = 0; layer < layers; layer++) {
    const kernelInitializer = initializer(layer)
    model.add(tf.layers.dense({ units, activation, kernelInitializer, ...(layer === 0 ? { inputShape: [2] } : {}) }))
  }
  model.add(tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer: initializer(layers) }))
  model.compile({ optimizer: tf.train.adam(learningRate), loss: 'binaryCrossentropy', metrics: ['accuracy'] })
  return model
}

/** Points on two spirals in a mixed order: the first half to train with, the second to validate with. */
export function loadSpirals(count = 400) {
  const points = Array.from({ length: count }, (_, i) => {
    const place = (i * 149) % count // 149 has no factor in common with 400: every place once
    const label = place % 2
    const turn = (place / count) * 2 * Math.PI
    const radius = 0.2 + turn / 4 + 0.05 * Math.sin(place * 12.9898)
    return { x: [radius * Math.cos(turn + Math.PI * label), radius * Math.sin(turn + Math.PI * label)], label }
  })
  const tensors = (part: typeof points) => ({
    x: tf.tensor2d(part.map(({ x }) => x)),
    y: tf.tensor2d(part.map(({ label }) => [label])),
  })
  return { training: tensors(points.slice(0, count / 2)), validation: tensors(points.slice(count / 2)) }
}
