import { NetworkError } from '../errors.ts'
import { requireRange } from '../network/require.ts'

/**
 * How the learning rate moves while training. Plain data; every length is a share of the whole training, so that a schedule
 * means the same for 3 epochs and for 300. The optimiser's learning rate is the highest one reached.
 */
export type Schedule = (
  | { readonly kind: 'constant' }
  /** Multiplied by `factor` (default 0.1) at each of the shares `at` (default 0.5 and 0.75; He et al. 2016). */
  | { readonly kind: 'step'; readonly at?: readonly number[]; readonly factor?: number }
  /** Falls by the same factor every step, to the share `end` (default 0.01) of the highest. */
  | { readonly kind: 'exponential'; readonly end?: number }
  /** Falls along half a cosine to the share `end` (default 0). Loshchilov, Hutter (2017). */
  | { readonly kind: 'cosine'; readonly end?: number }
  /**
   * Rises along a cosine from the share `start` (default 1/25) during the share `rise` (default 0.3), then falls to `end`
   * (default 4e-6). Smith, Topin (2018), with PyTorch's defaults; momentum stays as it is.
   */
  | { readonly kind: 'oneCycle'; readonly rise?: number; readonly start?: number; readonly end?: number }
  /**
   * Multiplied by `factor` (default 0.1) when the validation loss (without validation data: the training loss) has not become
   * lower by the share `minChange` (default 1e-4) for more than `patience` epochs (default 10). PyTorch's ReduceLROnPlateau.
   */
  | { readonly kind: 'plateau'; readonly factor?: number; readonly patience?: number; readonly minChange?: number }
) & {
  /** Share of the steps at the start over which the learning rate rises from nearly 0 in equal steps; default 0. */
  readonly warmUp?: number
}

/** What a plateau schedule remembers. */
export interface PlateauState {
  readonly factor: number
  readonly best: number
  readonly epochsSinceBest: number
}

const freshPlateau: PlateauState = { factor: 1, best: Number.MAX_VALUE, epochsSinceBest: 0 }

/** The learning rate as the training goes on. */
export interface LearningRate {
  /** At optimiser step `step`, from 1. */
  at(step: number): number
  /** To be told the loss of each epoch. */
  epochEnded(loss: number): void
  readonly state: PlateauState
}

/**
 * Follows `schedule` over `totalSteps` steps.
 *
 * @param peak the optimiser's learning rate
 * @param state where a training is resumed: what it remembered
 */
export function followSchedule(
  schedule: Schedule,
  { peak, totalSteps }: { readonly peak: number; readonly totalSteps: number },
  state: PlateauState = freshPlateau,
): LearningRate {
  let plateau = state
  return {
    at: (step) => peak * plateau.factor * scheduleFactor(schedule, step, totalSteps),
    epochEnded: (loss) => {
      if (schedule.kind === 'plateau') plateau = nextPlateau(schedule, plateau, loss)
    },
    get state() {
      return plateau
    },
  }
}

/** The share of the highest learning rate at `step` (from 1) of `totalSteps`; a plateau's share is 1 after its warm-up. O(1) */
export function scheduleFactor(schedule: Schedule, step: number, totalSteps: number): number {
  const rising = Math.round((schedule.warmUp ?? 0) * totalSteps)
  if (step <= rising) return step / (rising + 1)
  return shareAt(schedule, (step - 1 - rising) / (totalSteps - rising))
}

/** `progress` goes from 0 (first step after the warm-up) to just below 1. */
function shareAt(schedule: Schedule, progress: number): number {
  switch (schedule.kind) {
    case 'constant':
    case 'plateau':
      return 1
    case 'step':
      return (schedule.factor ?? 0.1) ** (schedule.at ?? [0.5, 0.75]).filter((share) => progress >= share).length
    case 'exponential':
      return (schedule.end ?? 0.01) ** progress
    case 'cosine':
      return cosine(1, schedule.end ?? 0, progress)
    case 'oneCycle': {
      const { rise = 0.3, start = 1 / 25, end = 4e-6 } = schedule
      return progress < rise ? cosine(start, 1, progress / rise) : cosine(1, end, (progress - rise) / (1 - rise))
    }
    default:
      return schedule satisfies never
  }
}

/** From `from` to `to` along half a cosine. */
const cosine = (from: number, to: number, progress: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * progress))) / 2

function nextPlateau(
  schedule: Extract<Schedule, { kind: 'plateau' }>,
  state: PlateauState,
  loss: number,
): PlateauState {
  const { factor = 0.1, patience = 10, minChange = 1e-4 } = schedule
  if (loss < state.best * (1 - minChange)) return { ...state, best: loss, epochsSinceBest: 0 }
  if (state.epochsSinceBest < patience) return { ...state, epochsSinceBest: state.epochsSinceBest + 1 }
  return { ...state, factor: state.factor * factor, epochsSinceBest: 0 }
}

/** @throws NetworkError when a number of `schedule` is out of range */
export function checkSchedule(schedule: Schedule): void {
  const { kind, warmUp, ...numbers } = { warmUp: 0, ...schedule }
  if (!kinds.includes(kind)) throw new NetworkError('schedule.kind', `'${kind}' is unknown`, `Use ${kinds.join(', ')}`)
  requireRange('schedule.warmUp', warmUp, warmUp >= 0 && warmUp < 1, 'a share of the steps, at least 0 and below 1')
  for (const [name, value] of Object.entries(numbers)) {
    for (const number of [value].flat()) {
      const isRight = name === 'patience' ? Number.isSafeInteger(number) && number >= 0 : number >= 0 && number <= 1
      requireRange(
        `schedule.${name}`,
        number,
        isRight,
        name === 'patience' ? 'a whole number of epochs' : 'from 0 to 1',
      )
    }
  }
}

const kinds: readonly Schedule['kind'][] = ['constant', 'step', 'exponential', 'cosine', 'oneCycle', 'plateau']
