import { type SentTrials, type TrialsPlace, wireText } from '../storage/gateway-wire.ts'
import type { Cursor, Storage } from '../storage/storage.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'

/** Unfinished trials that a feed looks at again in a second, in milliseconds for each: what a database gives readers stays bounded. */
const PAUSE_MS_A_TRIAL = 0.2
/** Finished trials in one answer at most. */
const MOST_TRIALS = 5000

/** The trials of one study as text, read from the storage once for all who ask. */
export interface StudyFeed {
  /**
   * What is new or has changed since a place, as JSON of {@link SentTrials}. All that was stored before the call is in it, or in the
   * storage's answer that begins it where `since` is of another feed.
   * @throws {StudyError} where there is no such study
   */
  read(since: unknown): Promise<string>
  /** When it was asked last, by `performance.now()`. */
  readonly askedAt: number
}

/** A trial as it is sent. */
interface TrialText {
  readonly record: string
  /** Most trials of a study share theirs. */
  readonly distributions: string
}

/** Reads a study for many: each reading of the storage serves all who asked before it began. */
export function createStudyFeed(storage: Pick<Storage, 'readTrials'>, studyId: number): StudyFeed {
  const own = crypto.randomUUID()
  /** In the order they were seen to have ended; a reader's place is how many of them it has. */
  const finished: TrialText[] = []
  /** By number, with the reading at which each was seen to have changed. */
  const unfinished = new Map<number, TrialText & { readonly changedAt: number }>()
  let reading = 0
  let cursor: Cursor
  let beganAt = Number.NEGATIVE_INFINITY
  let askedAt = performance.now()
  let current: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  const takeIn = async () => {
    beganAt = performance.now()
    const read = await storage.readTrials(studyId, cursor)
    cursor = read.cursor
    reading++
    for (const trial of read.trials) note(trial)
  }
  const note = (trial: TrialRecord) => {
    const text = textOf(trial)
    const known = unfinished.get(trial.number)
    if (isFinished(trial)) {
      unfinished.delete(trial.number)
      finished.push(text)
    } else if (known?.record !== text.record || known.distributions !== text.distributions) {
      unfinished.set(trial.number, { ...text, changedAt: reading })
    }
  }
  /** A reading that is under way may have missed what was stored before this call; the next one has not begun. */
  const refresh = () => {
    next ??= (async () => {
      await current.catch(() => {})
      const pause = beganAt + PAUSE_MS_A_TRIAL * unfinished.size - performance.now()
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
      next = undefined
      current = takeIn()
      await current
    })()
    return next
  }
  const answer = ({ finished: from, reading: seen }: Pick<TrialsPlace, 'finished' | 'reading'>): string => {
    const ended = finished.slice(from, from + MOST_TRIALS)
    const hasMore = from + ended.length < finished.length
    const changed = hasMore ? [] : [...unfinished.values()].filter(({ changedAt }) => changedAt > seen)
    const place = { feed: own, finished: from + ended.length, reading: hasMore ? seen : reading }
    return sentText([...ended, ...changed], place, hasMore)
  }

  return {
    get askedAt() {
      return askedAt
    },
    async read(since) {
      askedAt = performance.now()
      await refresh()
      return answer(isPlace(since) && since.feed === own ? since : { finished: 0, reading: 0 })
    },
  }
}

function textOf({ distributions, ...record }: TrialRecord): TrialText {
  return { record: wireText(record), distributions: wireText(distributions) }
}

/** JSON of {@link SentTrials}, each kind of distributions in it once. */
function sentText(trials: readonly TrialText[], place: TrialsPlace, hasMore: boolean): string {
  const positions = new Map<string, number>()
  const sent = trials.map(({ record, distributions }) => {
    const position = positions.get(distributions) ?? positions.size
    positions.set(distributions, position)
    return `[${record},${position}]`
  })
  const rest: Omit<SentTrials, 'trials' | 'distributions'> = { cursor: place, hasMore }
  return `{"trials":[${sent.join()}],"distributions":[${[...positions.keys()].join()}],${JSON.stringify(rest).slice(1)}`
}

function isPlace(place: unknown): place is TrialsPlace {
  return typeof place === 'object' && place !== null && 'feed' in place && 'finished' in place && 'reading' in place
}
