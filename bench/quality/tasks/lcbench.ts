// LCBench: networks on 34 tabular data sets, as the neural surrogate of YAHPO Gym v1 (weights.json names its arrays).
import { join } from 'node:path'
import { float, int } from '../../../packages/diapason/src/space/nodes.ts'
import type { ParamValues } from '../../../packages/diapason/src/space/search-space.ts'
import { readFloats, readJson } from './data-folder.ts'
import { sampledRandomRegret } from './expected-best.ts'
import type { ProblemFamily, Task } from './task.ts'

interface Layout {
  readonly arrays: { readonly [name: string]: { readonly offset: number; readonly shape: readonly number[] } }
}

/** The surrogate's epoch 1 is the untrained network: one less was trained. */
const EPOCHS = 51
const VALIDATION_ACCURACY = 1
export const SECONDS = 0
const HIDDEN = 128
const GATED = 455
/** 20 + 40·√7 full trainings. */
const BUDGET = 126

export const SPACE = {
  batch_size: int(16, 512, { log: true }),
  learning_rate: float(1e-4, 1e-1, { log: true }),
  momentum: float(0.1, 0.99),
  weight_decay: float(1e-5, 1e-1),
  num_layers: int(1, 5),
  max_units: int(64, 1024, { log: true }),
  max_dropout: float(0, 1),
}

/**
 * Validation accuracy along 51 epochs over seven hyperparameters; regret in percent against the best value known. Data sets at
 * odd places of `lcbench.encoding.json` are held out.
 */
export function lcbenchTasks(directory: string): Task[] {
  const folder = join(directory, 'lcbench')
  const { OpenML_task_id: encoding }: { OpenML_task_id: { [id: string]: number } } = readJson(
    join(folder, 'lcbench.encoding.json'),
  )
  const { lcbench: known }: { lcbench: { [id: string]: KnownValues } } = readJson(
    join(directory, 'yahpo', 'best_known.json'),
  )
  let accuracy: Surrogate | undefined
  return Object.entries(encoding)
    .filter(([id]) => known[id] !== undefined)
    .map(([id, code]): Task => {
      const { val_accuracy_best_known: best, val_accuracy_worst_seen_any_epoch: least } = known[id]!
      const train = (params: ParamValues) => {
        accuracy ??= loadSurrogate(folder)
        const inputs = Object.keys(SPACE).map((name) => Number(params[name]))
        const predict = accuracy
        return (epoch: number) => best - predict(code, [epoch + 1, ...inputs])
      }
      const family: ProblemFamily = {
        name: `lcbench/${id}`,
        make: () => ({ space: SPACE, train, regret: (params) => Math.max(0, train(params)(EPOCHS)) }),
      }
      const random = sampledRandomRegret(family, best - least)
      return {
        ...family,
        evaluations: BUDGET,
        epochs: EPOCHS,
        scale: 'linear',
        floor: 1e-3,
        worst: best - least,
        heldOut: code % 2 === 1,
        // The problem is the same for every seed.
        randomRegret: (evaluations) => random(evaluations, [0]),
      }
    })
}

interface KnownValues {
  readonly val_accuracy_best_known: number
  readonly val_accuracy_worst_seen_any_epoch: number
}

type Surrogate = (code: number, inputs: readonly number[]) => number

/** The surrogate of validation accuracy; inputs: epoch, then the parameters in the order of the space above. */
export function loadSurrogate(folder: string, output = VALIDATION_ACCURACY): Surrogate {
  const layout: Layout = readJson(join(folder, 'weights.json'))
  const all = Float64Array.from(readFloats(join(folder, 'weights.f32.gz')))
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
    const row = array('Wh').subarray(output * HIDDEN, (output + 1) * HIDDEN)
    const logit = affine(row, array('bh').subarray(output, output + 1), rectified)[0]!
    const y = array('y_mul')[output]! / (1 + Math.exp(-logit)) + array('y_add')[output]!
    return array('y_exp')[output]! > 0 ? Math.exp(y) - 1e-12 : y
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
