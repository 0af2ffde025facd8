import { branch, choice, float, type Infer, int } from 'diapason'
import type { Dataset } from '../data/dataset.ts'
import type { InitializerName } from '../network/initializer.ts'
import type { Optimizer } from '../network/optimizer.ts'
import type { Augmentation } from '../train/augmentation.ts'
import type { Recipe } from '../train/recipe.ts'
import type { Schedule } from '../train/schedule.ts'

/**
 * The optimiser and its own numbers. Ranges and defaults:
 * - AdamW: learning rate 1e-5 … 1e-1; weight decay default 0.01 (PyTorch), up to 1 (AlgoPerf); β₁ 0.5 … 0.98 (AlgoPerf: 1 - β₁ from
 *   0.02 to 0.5); β₂ of few values, for it matters least (Google's tuning playbook);
 * - NAdam, the first of AlgoPerf's baselines: as AdamW, with L2;
 * - SGD: learning rate 1e-3 … 1; momentum default 0.9 (scikit-learn); L2 1e-7 … 1e-2, default 1e-4 (He et al. 2016).
 * Never one axis for the learning rates of different optimisers: what is usual for one is far off for another.
 *
 * @param learningRate default of the adaptive ones
 */
const optimizerEntry = (learningRate: number) =>
  branch(
    'kind',
    {
      adamW: {
        learningRate: float(1e-5, 1e-1, { log: true, default: learningRate }),
        weightDecay: float(1e-4, 1, { log: true, default: 1e-2 }),
        ...betas,
      },
      nadam: {
        learningRate: float(1e-5, 1e-1, { log: true, default: learningRate }),
        weightDecay: float(1e-7, 1e-2, { log: true, default: 1e-5 }),
        ...betas,
      },
      sgd: {
        learningRate: float(1e-3, 1, { log: true, default: 1e-2 }),
        momentum: float(0, 0.99, { default: 0.9 }),
        nesterov: choice([true, false]),
        weightDecay: float(1e-7, 1e-2, { log: true, default: 1e-4 }),
      },
    },
    { default: 'adamW' },
  )

const betas = {
  beta1: float(0.5, 0.98, { default: 0.9 }),
  beta2: choice([0.9, 0.99, 0.999, 0.9999], { default: 0.999 }),
} as const

const warmUpEntry = (usual: 0 | 0.05) => choice([0, 0.02, 0.05, 0.1], { default: usual })
const endEntry = float(1e-3, 0.1, { log: true, default: 1e-2 })

/**
 * The schedule and its warm-up of 2 to 10 % of the steps: cosine to nearly 0 (AlgoPerf; end 1e-3 … 1e-2 there), and what else is
 * common.
 */
const scheduleEntry = (usual: 'constant' | 'cosine') =>
  branch(
    'kind',
    {
      constant: { warmUp: warmUpEntry(0) },
      cosine: { warmUp: warmUpEntry(0.05), end: endEntry },
      exponential: { warmUp: warmUpEntry(0.05), end: endEntry },
      oneCycle: { rise: float(0.1, 0.5, { default: 0.3 }) },
    },
    { default: usual },
  )

/** How the weights start: by the activation that follows (He for rectifiers, …), or as said. */
const initializerEntry = choice(['byActivation', 'heNormal', 'glorotUniform', 'lecunNormal', 'orthogonal'])

/** Rectifiers and their smooth kin, and the one that saturates. */
export const activationEntry = choice(['relu', 'gelu', 'silu', 'elu', 'tanh'], { default: 'relu' })

/**
 * What every network's space has beside its layers. Batch 16 … 256: LCBench from 16, FCNet up to 64; default 32 (Keras). Label
 * smoothing of 0, 0.1 or 0.2: AlgoPerf.
 */
const trainingEntries = (usual: { readonly learningRate: number; readonly schedule: 'constant' | 'cosine' }) =>
  ({
    initializer: initializerEntry,
    optimizer: optimizerEntry(usual.learningRate),
    schedule: scheduleEntry(usual.schedule),
    batchSize: int(16, 256, { log: true, default: 32 }),
    labelSmoothing: choice([0, 0.1, 0.2]),
  }) as const

/** For dense networks: AdamW at 1e-3 (Kingma, Ba 2015), held constant, the defaults of PyTorch, Keras and scikit-learn. */
export const trainingSpace = trainingEntries({ learningRate: 1e-3, schedule: 'constant' })

/** For networks of images: AdamW at 3e-3 under a cosine with warm-up, within AlgoPerf's winning points (1.3e-3 … 5e-3). */
export const imageTrainingSpace = trainingEntries({ learningRate: 3e-3, schedule: 'cosine' })

/** What a trial gets of {@link trainingSpace}. */
export type TrainingParams = Infer<typeof trainingSpace>

/** Entries that objectives understand. Wider than the space's own, so that entries may be narrowed, fixed or left out. */
export interface TrialRecipe {
  readonly optimizer: Optimizer
  readonly schedule?: Schedule
  readonly batchSize?: number
  readonly labelSmoothing?: number
  readonly initializer?: InitializerName | 'byActivation'
  /** Pixels, see `Augmentation`; in the spaces for images. */
  readonly shift?: number
}

/** What a recipe needs beside a trial's parameters. */
export interface RecipeOptions {
  /** Passes over the training data. */
  readonly epochs: number
  /** Changes to training images that are no matter of search, such as mirroring. */
  readonly augmentation?: Augmentation
}

/**
 * How `train` is told what a configuration of a ready space says, as the space's objective does it: batches no larger than the data, label
 * smoothing where there are several classes.
 *
 * @param params what a trial got, `study.best.params`, or `defaultsOf(convSpace)`
 * @param data the training data
 * @example
 * const params = defaultsOf(convSpace)
 * const model = createModel(convNetwork(params, { inputs: training.featureShape, outputs: training.classes }))
 * for await (const { accuracy } of train(model, { training, validation }, recipeFor(params, training, { epochs: 9 }))) console.log(accuracy)
 */
export function recipeFor(params: TrialRecipe, data: Dataset, { epochs, augmentation }: RecipeOptions): Recipe {
  const { optimizer, schedule, batchSize = 32, labelSmoothing = 0, shift = 0 } = params
  const changes = { ...augmentation, ...(shift > 0 && { shift }) }
  return {
    optimizer,
    epochs,
    batchSize: Math.min(batchSize, data.count),
    ...(schedule && { schedule }),
    ...(data.kind === 'classification' && labelSmoothing > 0 && { loss: { kind: 'crossEntropy', labelSmoothing } }),
    ...(Object.keys(changes).length > 0 && { augmentation: changes }),
  }
}

/** An entry of `initializerEntry` as a layer's option. */
export const initializerOf = (name: TrialRecipe['initializer']): { readonly initializer?: InitializerName } =>
  name === undefined || name === 'byActivation' ? {} : { initializer: name }
