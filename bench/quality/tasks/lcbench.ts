// LCBench: networks on 34 tabular data sets, as the neural surrogate of YAHPO Gym v1 (weights.json names its arrays).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { float, int } from '../../../packages/diapason/src/space/nodes.ts'
import type { ProblemFamily } from './task.ts'

interface Layout {
  readonly arrays: { readonly [name: string]: { readonly offset: number; readonly shape: readonly number[] } }
}

const EPOCHS = 52
const VALIDATION_ACCURACY = 1
const HIDDEN = 128
const GATED = 455

/**
 * Validation accuracy after 52 epochs over seven hyperparameters; regret in percent against the best value known.
 * @param codes which data sets, by their number in `lcbench.encoding.json`; the even ones are for development
 */
export function lcbenchFamilies(directory: string, codes: readonly number[]): ProblemFamily[] {
  const folder = join(directory, 'lcbench')
  const encoding: { [id: string]: number } = JSON.parse(
    readFileSync(join(folder, 'lcbench.encoding.json'), 'utf8'),
  ).OpenML_task_id
  const best = JSON.parse(readFileSync(join(directory, 'yahpo', 'best_known.json'), 'utf8')).lcbench
  let accuracy: Surrogate | undefined
  return codes.map((code) => {
    const id = Object.keys(encoding).find((key) => encoding[key] === code)!
    return {
      name: `lcbench/${id}`,
      make: () => ({
        space: {
          batch_size: int(16, 512, { log: true }),
          learning_rate: float(1e-4, 1e-1, { log: true }),
          momentum: float(0.1, 0.99),
          weight_decay: float(1e-5, 1e-1),
          num_layers: int(1, 5),
          max_units: int(64, 1024, { log: true }),
          max_dropout: float(0, 1),
        },
        regret(params) {
          accuracy ??= loadSurrogate(folder)
          const inputs = [
            'batch_size',
            'learning_rate',
            'momentum',
            'weight_decay',
            'num_layers',
            'max_units',
            'max_dropout',
          ]
          const value = accuracy(code, [EPOCHS, ...inputs.map((name) => Number(params[name]))])
          return Math.max(0, best[id].val_accuracy_best_known - value)
        },
      }),
    }
  })
}

type Surrogate = (code: number, inputs: readonly number[]) => number

/** The surrogate of validation accuracy; inputs: epoch, then the parameters in the order of the space above. */
export function loadSurrogate(folder: string): Surrogate {
  const layout: Layout = JSON.parse(readFileSync(join(folder, 'weights.json'), 'utf8'))
  const bytes = gunzipSync(readFileSync(join(folder, 'weights.f32.gz')))
  const all = Float64Array.from(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4))
  const array = (name: string) => {
    const { offset, shape } = layout.arrays[name]!
    return all.subarray(offset, offset + shape.reduce((a, b) => a * b, 1))
  }
  const blocks = [0, 1, 2].map((i) => ({
    scale: array(`s${i}`),
    shift: array(`t${i}`),
    up: array(`A${i}`),
    upBias: array(`a${i}`),
    down: array(`B${i}`),
    downBias: array(`c${i}`),
  }))
  const last = { scale: array('sL'), shift: array('tL') }
  const embedding = array('emb')
  const width = embedding.length / 36
  const normalise = { log: array('x_log'), shift: array('x_shift'), scale: array('x_scale') }
  return (code, inputs) => {
    const x = new Float64Array(width + inputs.length)
    for (let i = 0; i < width; i++) x[i] = embedding[code * width + i]!
    for (const [i, value] of inputs.entries()) {
      const t = normalise.log[i]! > 0 ? Math.log(value + 1e-12) : value
      x[width + i] = (t - normalise.shift[i]!) / normalise.scale[i]!
    }
    const h = affine(array('W0'), array('b0'), x)
    for (const block of blocks) {
      const inner = h.map((v, i) => v * block.scale[i]! + block.shift[i]!)
      const v = affine(block.up, block.upBias, inner)
      const gated = new Float64Array(GATED)
      for (let i = 0; i < GATED; i++) gated[i] = v[i]! * Math.max(0, v[i + GATED]!)
      const out = affine(block.down, block.downBias, gated)
      for (let i = 0; i < HIDDEN; i++) h[i]! += out[i]!
    }
    const rectified = h.map((v, i) => Math.max(0, v * last.scale[i]! + last.shift[i]!))
    const row = array('Wh').subarray(VALIDATION_ACCURACY * HIDDEN, (VALIDATION_ACCURACY + 1) * HIDDEN)
    const logit = affine(row, array('bh').subarray(VALIDATION_ACCURACY, VALIDATION_ACCURACY + 1), rectified)[0]!
    const y = array('y_mul')[VALIDATION_ACCURACY]! / (1 + Math.exp(-logit)) + array('y_add')[VALIDATION_ACCURACY]!
    return array('y_exp')[VALIDATION_ACCURACY]! > 0 ? Math.exp(y) - 1e-12 : y
  }
}

function affine(weights: Float64Array, bias: Float64Array, x: Float64Array): Float64Array {
  const out = new Float64Array(bias.length)
  for (let r = 0; r < out.length; r++) {
    let sum = bias[r]!
    const row = r * x.length
    for (let i = 0; i < x.length; i++) sum += weights[row + i]! * x[i]!
    out[r] = sum
  }
  return out
}
