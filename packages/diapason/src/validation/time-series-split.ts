import { OptionError } from '../errors.ts'
import { parseCount } from '../study/budget.ts'
import type { Splitter } from './splitter.ts'

/** Options of {@link timeSeriesSplit}, all in examples. */
export interface TimeSeriesOptions {
  /** Train on the latest so many at most (default: all that came before). */
  readonly maxTrain?: number
  /** Score so many each time (default: count / (splits + 1), rounded down). */
  readonly test?: number
  /** Leave so many out between the two, where neighbours in time know too much of each other (default 0). */
  readonly gap?: number
}

/**
 * Trains on the past and scores what comes next; examples must be in order of time.
 * Equal to scikit-learn's `TimeSeriesSplit`.
 * @param splits at least 2, default 5
 * @throws {OptionError} from `split`, where nothing is left to train on
 */
export function timeSeriesSplit(splits = 5, options: TimeSeriesOptions = {}): Splitter {
  parseCount('The number of splits', splits, 2)
  const gap = parseCount('gap', options.gap ?? 0, 0)
  if (options.maxTrain !== undefined) parseCount('maxTrain', options.maxTrain, 1)
  if (options.test !== undefined) parseCount('test', options.test, 1)
  return {
    name: 'time-series-split',
    split({ count }) {
      const test = options.test ?? Math.floor(count / (splits + 1))
      if (test < 1 || count - gap - test * splits <= 0) {
        throw new OptionError(
          `${count} examples leave nothing to train on before ${splits} tests of ${test} and a gap of ${gap}`,
          'Make fewer splits, smaller tests or a smaller gap',
        )
      }
      return Array.from({ length: splits }, (_, i) => {
        const start = count - (splits - i) * test
        const trainEnd = start - gap
        const trainStart = Math.max(0, trainEnd - (options.maxTrain ?? trainEnd))
        return { train: range(trainStart, trainEnd), test: range(start, start + test) }
      })
    },
  }
}

function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i)
}
