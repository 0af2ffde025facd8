// Gradient boosting on tabular data: the surrogate of YAHPO Gym v1 (rbv2_xgboost), an ONNX graph, over a conditional space.
import { join } from 'node:path'
import type { ParamValue } from '../../../packages/diapason/src/space/distribution.ts'
import { branch, choice, type Entries, float, int } from '../../../packages/diapason/src/space/nodes.ts'
import type { ParamValues } from '../../../packages/diapason/src/space/search-space.ts'
import { readJson } from './data-folder.ts'
import type { Task } from './task.ts'

/** 20 + 40·√14 evaluations of full training sets: the surrogate's own budget. */
const BUDGET = 170
const LOG = { log: true } as const

/** Which booster, and what only trees have, and of those only the ones that drop trees. */
const SPACE: Entries = {
  nrounds: int(7, 2981, LOG),
  lambda: float(0.0009118819655545162, 1096.6331584284585, LOG),
  alpha: float(0.0009118819655545162, 1096.6331584284585, LOG),
  subsample: float(0.1, 1),
  impute: choice(['impute.mean', 'impute.median', 'impute.hist']),
  booster: branch('kind', {
    gblinear: {},
    tree: {
      eta: float(0.0009118819655545162, 1, LOG),
      gamma: float(4.5399929762484854e-5, 7.38905609893065, LOG),
      max_depth: int(1, 15),
      min_child_weight: float(Math.E, 148.4131591025766, LOG),
      colsample_bytree: float(0.01, 1),
      colsample_bylevel: float(0.01, 1),
      dropping: branch('kind', { gbtree: {}, dart: { rate_drop: float(0, 1), skip_drop: float(0, 1) } }),
    },
  }),
}

interface KnownValues {
  readonly best: number
  readonly worst_seen: number
}

type Encoding = { readonly [column: string]: { readonly [value: string]: number } }

/** Accuracy on the four data sets of which curves were published; regret on the scale from the worst seen to the best known. */
export function xgboostTasks(directory: string): Task[] {
  const folder = join(directory, 'yahpo')
  const encoding: Encoding = readJson(join(folder, 'rbv2_xgboost.encoding.json'))
  const { rbv2 }: { rbv2: { [name: string]: KnownValues } } = readJson(join(folder, 'best_known.json'))
  let surrogate: ReturnType<typeof loadSurrogate> | undefined
  return Object.entries(rbv2)
    .filter(([name]) => name.startsWith('rbv2_xgboost '))
    .map(([name, { best, worst_seen: worst }]): Task => {
      const id = name.split(' ')[1]!
      return {
        name: `xgboost/${id}`,
        evaluations: BUDGET,
        scale: 'linear',
        floor: 1e-4,
        worst: 1,
        heldOut: false,
        make: () => ({
          space: SPACE,
          async regret(params) {
            surrogate ??= loadSurrogate(join(folder, 'rbv2_xgboost.onnx'))
            const accuracy = await (await surrogate)(codesOf(encoding, id, params), numbersOf(params))
            return Math.max(0, (best - accuracy) / (best - worst))
          },
        }),
      }
    })
}

type Surrogate = (codes: readonly number[], numbers: readonly number[]) => Promise<number>

async function loadSurrogate(file: string): Promise<Surrogate> {
  // Only who races on this suite needs the runtime.
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  const [codesName, numbersName] = session.inputNames as [string, string]
  return async (codes, numbers) => {
    const outputs = await session.run({
      [codesName]: new Tensor('int32', Int32Array.from(codes), [1, codes.length]),
      [numbersName]: new Tensor('float32', Float32Array.from(numbers), [1, numbers.length]),
    })
    // Accuracy is the first of the outputs.
    return Number(outputs[session.outputNames[0]!]!.data[0])
  }
}

/** The surrogate's categorical inputs. */
export function codesOf(encoding: Encoding, id: string, params: ParamValues): number[] {
  const code = (column: string, value: ParamValue | undefined) => encoding[column]![String(value)]!
  const booster = params.booster === 'gblinear' ? 'gblinear' : params['booster.tree.dropping']
  return [code('task_id', id), code('booster', booster), code('num.impute.selected.cpo', params.impute)]
}

/** Its numeric inputs; 0 stands for what takes no part. The whole training set, the mean of ten repetitions. */
export function numbersOf(params: ParamValues): number[] {
  const tree = (name: string) => Number(params[`booster.tree.${name}`] ?? 0)
  const dart = (name: string) => Number(params[`booster.tree.dropping.dart.${name}`] ?? 0)
  const { nrounds, lambda, alpha, subsample } = params
  return [
    Number(nrounds),
    tree('eta'),
    tree('gamma'),
    Number(lambda),
    Number(alpha),
    Number(subsample),
    tree('max_depth'),
    tree('min_child_weight'),
    tree('colsample_bytree'),
    tree('colsample_bylevel'),
    dart('rate_drop'),
    dart('skip_drop'),
    1,
    10,
  ]
}
