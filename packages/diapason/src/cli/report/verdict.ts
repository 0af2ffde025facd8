import { sameParams } from '../../analysis/default-trial.ts'
import { numberText } from '../../text/numbers.ts'
import type { Goal } from '../../trial/history.ts'
import type { ReportedConfig, TestResult, Verdict } from './final-report.ts'

/** What is judged. */
export interface VerdictParts {
  readonly goals: readonly Goal[]
  readonly defaults: ReportedConfig | undefined
  readonly best: readonly ReportedConfig[]
  readonly test: TestResult | undefined
}

/** Whether tuning was worth it, in plain words. */
export function verdictOf({ goals, defaults, best, test }: VerdictParts): Verdict {
  const [winner] = best
  const [goal] = goals
  if (winner === undefined || goal === undefined) {
    return { kind: 'nothing-complete', words: 'No trial has completed, so there is nothing to choose from.' }
  }
  if (goals.length > 1) return { kind: 'several-goals', words: frontWords(best.length, goals) }
  if (defaults === undefined) {
    const words = `The best of this study; how much tuning gained cannot be said, as the space declares no default.`
    return { kind: 'no-default', words }
  }
  if (sameParams(winner.params, defaults.params)) {
    return { kind: 'default-is-best', words: 'No trial beat the default configuration: keep it.' }
  }
  return test === undefined ? untested(winner, defaults, goal) : tested(test)
}

function frontWords(count: number, goals: readonly Goal[]): string {
  const names = goals.map(({ name }) => name).join(' and ')
  return count === 1
    ? `One trial is the best in ${names} alike.`
    : `${count} trials are not beaten in ${names} together: choose among them.`
}

function untested(winner: ReportedConfig, defaults: ReportedConfig, goal: Goal): Verdict {
  const [before, after] = [defaults.values[goal.name], winner.values[goal.name]]
  const caution = 'these are validation values, which flatter the winner, as it was chosen by them'
  const words =
    before === undefined || after === undefined
      ? `The default has no value to compare with; ${caution}.`
      : `${goal.name} went from ${numberText(before)} to ${numberText(after)}, but ${caution}.`
  return { kind: 'untested', words: words.charAt(0).toUpperCase() + words.slice(1) }
}

function tested(test: TestResult): Verdict {
  const gain = gainText(test, Math.abs(test.difference))
  if (test.interval === undefined) {
    return { kind: 'no-difference', words: 'One example and one seed cannot tell chance from gain: test with more.' }
  }
  const [low, high] = test.interval
  if (low > 0) return { kind: 'better', words: `Tuning paid: ${gain} on data that it never saw.` }
  if (high < 0) {
    const words = `Tuning did harm: ${gain} less than the default on data that it never saw. Keep the default.`
    return { kind: 'worse', words }
  }
  const words = 'Not worth tuning, as far as this test can tell: the interval includes zero.'
  return { kind: 'no-difference', words }
}

/** A difference of test scores: `1.6 points`, or a bare number where scores are not right-or-wrong. */
export function gainText({ isShare }: TestResult, difference: number): string {
  return isShare ? `${(100 * difference).toFixed(1)} points` : numberText(difference, 3)
}
