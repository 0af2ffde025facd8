import * as tf from '@tensorflow/tfjs'

const { dense, conv2d, maxPooling2d, flatten } = tf.layers
const LAYERS = {
  dense: () => [
    dense({ units: 512, activation: 'relu', inputShape: [64] }),
    dense({ units: 512, activation: 'relu' }),
    dense({ units: 10, activation: 'softmax' }),
  ],
  convolution: () => [
    conv2d({ filters: 16, kernelSize: 3, padding: 'same', activation: 'relu', inputShape: [28, 28, 1] }),
    maxPooling2d({ poolSize: 2 }),
    conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }),
    maxPooling2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 64, activation: 'relu' }),
    dense({ units: 10, activation: 'softmax' }),
  ],
}

/** Trains and times the network on the backend that is set; in Node and in a page alike. */
export async function measureTensorFlow(network, features, labels, epochs) {
  const model = tf.sequential({ layers: LAYERS[network]() })
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' })
  const x = tf.tensor(features, [labels.length, ...(network === 'dense' ? [64] : [28, 28, 1])])
  const y = tf.oneHot(tf.tensor1d(labels, 'int32'), 10).toFloat()
  const times = []
  let loss = Number.NaN
  let last = performance.now()
  const callbacks = {
    onEpochBegin: () => {
      last = performance.now()
    },
    onEpochEnd: (_, logs) => {
      times.push(performance.now() - last)
      loss = logs.loss
    },
  }
  await model.fit(x, y, { batchSize: 128, epochs, shuffle: false, verbose: 0, yieldEvery: 'never', callbacks })
  return { epochs: times, loss }
}
