import type { RandomStream } from '../random.ts'
import type { ActivationName } from './activation.ts'

/**
 * How a weight matrix starts: a normal or uniform distribution, its variance set by the layer's inputs and outputs, or rows at right
 * angles to each other (columns, where they are fewer; Saxe et al. 2014) with the length that keeps variances through the layer.
 */
export const initializerNames = [
  'heNormal',
  'heUniform',
  'glorotNormal',
  'glorotUniform',
  'lecunNormal',
  'lecunUniform',
  'orthogonal',
] as const
export type InitializerName = (typeof initializerNames)[number]

/**
 * The initialiser that suits what follows a layer: He for rectifiers and their smooth kin (He et al. 2015), LeCun for SELU
 * (Klambauer et al. 2017), Glorot for saturating activations and for outputs (Glorot, Bengio 2010).
 */
export function initializerFor(activation: ActivationName | undefined): InitializerName {
  switch (activation) {
    case 'relu':
    case 'leakyRelu':
    case 'elu':
    case 'gelu':
    case 'geluTanh':
    case 'silu':
    case 'softplus':
      return 'heNormal'
    case 'selu':
      return 'lecunNormal'
    case 'tanh':
    case 'sigmoid':
    case undefined:
      return 'glorotUniform'
    default:
      return activation satisfies never
  }
}

/** What a weight's start depends on beside the initialiser. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
  /** Used by 'orthogonal': √2 before rectifiers, which let half of the signal through, else 1. */
  readonly gain: number
}

/** Fills `values`, a weight whose rows have `fanIn` entries, from `random`. O(n); 'orthogonal': O(n · shorter side). */
export function initialize(name: InitializerName, values: Float32Array, fans: Fans, random: RandomStream): void {
  if (name === 'orthogonal') {
    fillOrthogonal(values, fans, random)
    return
  }
  const deviation = Math.sqrt(varianceOf(name, fans.fanIn, fans.fanOut))
  const isUniform = name.endsWith('Uniform')
  for (let i = 0; i < values.length; i++) {
    // A uniform distribution on ±√3 σ has standard deviation σ.
    values[i] = deviation * (isUniform ? Math.sqrt(3) * (2 * random.uniform() - 1) : random.normal())
  }
}

function varianceOf(name: Exclude<InitializerName, 'orthogonal'>, fanIn: number, fanOut: number): number {
  switch (name) {
    case 'heNormal':
    case 'heUniform':
      return 2 / fanIn
    case 'glorotNormal':
    case 'glorotUniform':
      return 2 / (fanIn + fanOut)
    case 'lecunNormal':
    case 'lecunUniform':
      return 1 / fanIn
    default:
      return name satisfies never
  }
}

/** Random directions, made perpendicular one after the other (Gram and Schmidt, each twice for accuracy). */
function fillOrthogonal(values: Float32Array, { fanIn, gain }: Fans, random: RandomStream): void {
  const rows = values.length / fanIn
  const [count, length] = rows <= fanIn ? [rows, fanIn] : [fanIn, rows]
  const directions = new Float64Array(count * length)
  for (let found = 0; found < count; ) {
    const direction = directions.subarray(found * length, (found + 1) * length)
    for (let i = 0; i < length; i++) direction[i] = random.normal()
    for (let pass = 0; pass < 2; pass++)
      for (let earlier = 0; earlier < found; earlier++) takeAway(direction, directions, earlier * length)
    const norm = lengthOf(direction)
    if (norm <= 1e-6) continue
    for (let i = 0; i < length; i++) direction[i]! /= norm
    found++
  }
  for (let i = 0; i < values.length; i++) {
    const row = Math.floor(i / fanIn)
    const column = i - row * fanIn
    values[i] = gain * directions[rows <= fanIn ? i : column * length + row]!
  }
}

/** Takes the part along the unit vector that begins at `start` of `directions` away from `vector`. */
function takeAway(vector: Float64Array, directions: Float64Array, start: number): void {
  let along = 0
  for (let i = 0; i < vector.length; i++) along += vector[i]! * directions[start + i]!
  for (let i = 0; i < vector.length; i++) vector[i]! -= along * directions[start + i]!
}

function lengthOf(vector: Float64Array): number {
  let total = 0
  for (let i = 0; i < vector.length; i++) total += vector[i]! * vector[i]!
  return Math.sqrt(total)
}
