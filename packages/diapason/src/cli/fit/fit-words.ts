import { numberText } from '../../text/numbers.ts'

/** What `fitTable` reports. */
export type FitReport = import('@diapason/neural').FitReport
type Summary = FitReport['score']

/** `0.91 (0.88 to 0.94)`; the interval where there is one. */
export function summaryText({ mean, interval }: Summary): string {
  return interval === undefined ? numberText(mean) : `${numberText(mean)} (${intervalText(interval)})`
}

const intervalText = ([low, high]: readonly [number, number]): string => `${numberText(low)} to ${numberText(high)}`

/** What tuning was worth, in a sentence. */
export function gainText({ chosen, defaults, search }: FitReport): string {
  if (chosen === 'given') return 'The configuration was given; nothing was searched.'
  if (search.complete === 0) return 'The time did not do for a search: this is the default configuration.'
  if (defaults === undefined) {
    return chosen === 'default'
      ? 'No configuration beat the default one: it is kept.'
      : 'The time did not do to compare with the default configuration.'
  }
  const { mean, interval } = defaults.gain
  if (chosen === 'default') {
    return `The default configuration did better on fresh folds than the tuned one, by ${numberText(-mean)}: it is kept.`
  }
  const range = interval === undefined ? '' : ` (${intervalText(interval)})`
  const isSure = interval !== undefined && interval[0] > 0
  return `Tuning gained ${numberText(mean)}${range} over the default configuration${isSure ? '.' : ', which may be noise.'}`
}

/** How many configurations and trainings there were. */
export function searchText({ search, networks }: FitReport): string {
  const { complete, pruned, failed, repeats } = search
  const tried = complete + pruned + failed
  const again = repeats > 0 ? `; the best trained again ${repeats} times` : ''
  return tried === 0
    ? `${networks} networks`
    : `${tried} configurations, ${complete} on all folds${again}; ${networks} networks kept`
}

/** What is odd about the numbers, in sentences. */
export function warningsOf({ score, baseline, direction }: FitReport): readonly string[] {
  const isBetter = direction === 'maximize' ? score.mean > baseline.mean : score.mean < baseline.mean
  return isBetter
    ? []
    : [`The networks do no better than ${baseline.words}: these columns may say nothing about the target.`]
}
