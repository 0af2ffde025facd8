import { digits } from '@diapason/neural'

/** What every contender trains: the same numbers in the same order, 12 steps an epoch. */
export const TASK = { examples: 1437, classes: 10, batchSize: 128, learningRate: 1e-3 } as const

export type NetworkName = 'dense' | 'convolution'

/** Examples as flat arrays. */
export interface Examples {
  /** One example: [64], or [channels, height, width]. */
  readonly shape: readonly number[]
  readonly features: Float32Array
  readonly labels: Int32Array
}

/** 1,437 digits, 0 … 1: as 64 numbers for the dense network, drawn 28×28 for the convolutional one. */
export async function loadExamples(network: NetworkName): Promise<Examples> {
  const { features, labels } = await digits()
  const small = features.slice(0, TASK.examples * 64).map((value) => value / 16)
  const chosen = labels.slice(0, TASK.examples)
  if (network === 'dense') return { shape: [64], features: small, labels: chosen }
  const large = new Float32Array(TASK.examples * 784)
  for (let i = 0; i < TASK.examples; i++)
    for (let y = 0; y < 24; y++)
      for (let x = 0; x < 24; x++)
        large[i * 784 + (y + 2) * 28 + x + 2] = small[i * 64 + Math.floor(y / 3) * 8 + Math.floor(x / 3)] ?? 0
  return { shape: [1, 28, 28], features: large, labels: chosen }
}

/** What a contender prints: a line of JSON. */
export interface Measurement {
  /** Milliseconds of each epoch, in order. */
  readonly epochs: readonly number[]
  /** Loss after the last one: contenders that learn nothing would be found out. */
  readonly loss: number
}
