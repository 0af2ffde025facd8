import { requireRange } from '../network/require.ts'
import { isBetterWhenLower, type MetricName } from './metrics.ts'

/** When to end before all epochs are done. */
export interface EarlyStopping {
  /** Epochs without a better value after which the training ends; 0 ends at the first. */
  readonly patience: number
  /** Measured on the validation data; default 'loss'. */
  readonly metric?: MetricName
  /** A change counts from this much on; default 0. */
  readonly minChange?: number
  /** Whether the model gets the weights of the best epoch back at the end; default true. */
  readonly restoreBest?: boolean
}

/** What early stopping remembers. */
export interface StoppingState {
  readonly bestEpoch: number
  readonly best: number
}

/** `state` after `epoch`, whose value was `value`. */
export function nextStopping(
  { metric = 'loss', minChange = 0 }: EarlyStopping,
  state: StoppingState | undefined,
  { epoch, value }: { readonly epoch: number; readonly value: number },
): StoppingState {
  const gain = state && (isBetterWhenLower(metric) ? state.best - value : value - state.best)
  // A value that could not be worked out (NaN) is beaten by any that could.
  return gain === undefined || gain > minChange || Number.isNaN(state?.best)
    ? { bestEpoch: epoch, best: value }
    : (state as StoppingState)
}

/** Whether `epoch` is the last one. */
export const isTimeToStop = ({ patience }: EarlyStopping, { bestEpoch }: StoppingState, epoch: number): boolean =>
  epoch - bestEpoch > patience || (patience === 0 && epoch > bestEpoch)

/** @throws NetworkError when a number of `stopping` is out of range */
export function checkEarlyStopping({ patience, minChange = 0 }: EarlyStopping): void {
  const isRight = Number.isSafeInteger(patience) && patience >= 0
  requireRange('earlyStopping.patience', patience, isRight, 'a whole number of epochs, at least 0')
  requireRange('earlyStopping.minChange', minChange, minChange >= 0, 'at least 0')
}
