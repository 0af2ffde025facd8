import type { StudyComparison, StudyDifference } from '../analysis/study-comparison.ts'
import { counted, countText, numberText } from '../text/numbers.ts'
import { nameText } from '../text/study-words.ts'

/** Which study is better, and how sure that is, a sentence or two for each pair; studies with nothing complete are named. */
export function comparisonWords(data: StudyComparison): readonly string[] {
  const idle = data.studies.filter(({ best }) => best === undefined).map(({ name }) => nameText(name))
  return [
    ...data.differences.map((difference) => differenceWords(data, difference)),
    ...idle.map((name) => `${name} has no complete trial yet.`),
  ]
}

function differenceWords(data: StudyComparison, found: StudyDifference): string {
  const { first, second, better } = found
  const name = (position: number) => nameText(data.studies[position]?.name ?? '')
  const other = better === first ? second : first
  const verdict =
    better === undefined
      ? `Whether ${name(second)} is better than ${name(first)} cannot be told`
      : `${name(better)} is better than ${name(other)}`
  return found.basis === 'repeats' ? repeatWords(data, found, verdict) : subsetWords(data, found, verdict)
}

function repeatWords({ studies, goal }: StudyComparison, found: StudyDifference, verdict: string): string {
  const mean = (position: number) => numberText(studies[position]?.confirmed?.mean ?? Number.NaN)
  const remedy = found.better === undefined ? ', so that it may be chance; more repeats would tell' : ''
  return `${verdict}: trained again with other seeds, the best configurations have ${goal.name} ${mean(found.first)} and ${mean(found.second)}; they differ by ${gapText(found)}${remedy}.`
}

function subsetWords({ goal }: StudyComparison, found: StudyDifference, verdict: string): string {
  const { trials } = found
  return `${verdict}: with ${counted(trials, 'trial')} drawn from each, again and again, their best ${goal.name} differs by ${gapText(found)}. Not both have trained their best again, so noise in a single score may still decide.`
}

/** How far the better one leads; where that is open, from the first to the second. */
function gapText({ difference, interval, better }: StudyDifference): string {
  const ends = better === undefined ? interval : interval.map(Math.abs).sort((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = ends
  const gap = better === undefined ? difference : Math.abs(difference)
  return `${numberText(gap, 3)} (95 %: ${numberText(low, 3)} to ${numberText(high, 3)})`
}

/** Rows of the table behind a comparison. */
export function comparisonRows({ studies, goal }: StudyComparison): {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
} {
  const equal = studies.reduce((least, { trials }) => Math.min(least, trials), Number.POSITIVE_INFINITY)
  return {
    columns: ['study', 'trials', `best ${goal.name}`, 'in trial', `after ${countText(equal)}`, 'again', '95 %', 'runs'],
    rows: studies.map(({ name, trials, best, reached, confirmed }) => [
      nameText(name),
      countText(trials),
      best === undefined ? '–' : numberText(best.value, 6),
      best === undefined ? '–' : String(best.number),
      textOf(reached.findLast((step) => step.trials <= equal)?.value),
      textOf(confirmed?.mean),
      confirmed === undefined ? '–' : confirmed.interval.map((end) => numberText(end, 4)).join(' to '),
      confirmed === undefined ? '–' : String(confirmed.runs),
    ]),
  }
}

function textOf(value: number | undefined): string {
  return value === undefined ? '–' : numberText(value, 6)
}
