import { CheckpointError } from '../errors.ts'
import type { Network } from '../network/network.ts'
import type { StoppingState } from './early-stopping.ts'
import type { TrainOptions } from './options.ts'
import type { Recipe } from './recipe.ts'
import type { PlateauState } from './schedule.ts'

/**
 * A training between two epochs: numbers, strings and typed arrays, so that it can be cloned, sent to a worker and stored.
 *
 * The order of the data, dropout and augmentation are drawn anew for each epoch from the seed and the epoch's number: these two are
 * the whole state of the random numbers. On one thread, a resumed training ends in the same bits as one never interrupted.
 */
export interface Checkpoint {
  readonly network: Network
  readonly recipe: Recipe
  readonly seed: number
  /** Number of training examples. */
  readonly examples: number
  /** Epochs and steps done. */
  readonly epoch: number
  readonly steps: number
  /** Loss of the training's first batch, against which an explosion is judged. */
  readonly firstLoss: number
  readonly plateau: PlateauState
  readonly stopping: StoppingState | null
  /** Weights, running statistics, the optimiser's state (`0.weight/mean`) and averages, by name. */
  readonly tensors: Readonly<Record<string, Float32Array>>
  /** The model's tensors after the best epoch, where early stopping keeps them. */
  readonly best: Readonly<Record<string, Float32Array>> | null
}

/** What decides the outcome and is not a matter of one run. */
export function recipeOf(options: TrainOptions): Recipe {
  const { seed: _, signal: __, threads: ___, earlyStopping: ____, metrics: _____, resume: ______, ...recipe } = options
  return recipe
}

/** @throws CheckpointError when `checkpoint` is not from the same network, data and options; `epochs` alone may differ */
export function checkResumable(
  checkpoint: Checkpoint,
  network: Network,
  examples: number,
  options: TrainOptions,
): void {
  const then = {
    ...checkpoint.recipe,
    seed: checkpoint.seed,
    examples: checkpoint.examples,
    network: checkpoint.network,
  }
  const now = { ...recipeOf(options), seed: options.seed ?? 0, examples, network }
  for (const name of new Set([...Object.keys(then), ...Object.keys(now)])) {
    if (name === 'epochs') continue
    const [before, after] = [then, now].map((all) => canonical((all as Record<string, unknown>)[name]))
    if (before === after) continue
    throw new CheckpointError(
      `The checkpoint was made with ${name} ${shorten(before)}, this training has ${shorten(after)}`,
      'Resume with what it was made with, or start anew',
    )
  }
}

/** JSON with sorted keys: equal text for equal data. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )

const shorten = (text = 'nothing'): string => (text.length > 120 ? `${text.slice(0, 117)}…` : text)
