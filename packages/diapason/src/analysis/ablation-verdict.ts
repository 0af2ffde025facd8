import { numberText, percentText } from '../text/numbers.ts'
import type { AblationGain, AblationStep } from './ablation-gain.ts'

/** What to think of the way from the default to the winner. */
export interface AblationVerdict {
  readonly kind: 'default-is-best' | 'nothing' | 'some' | 'all' | 'unmeasured'
  readonly words: string
}

/** Without noise, so much of the gain is as good as all of it. */
const NEARLY_ALL = 0.95

/** @param rests for each step what all later ones earned together */
export function ablationVerdict(
  steps: readonly AblationStep[],
  total: AblationGain,
  rests: readonly AblationGain[],
): AblationVerdict {
  if (steps.length === 0) return { kind: 'default-is-best', words: 'The winner is the default configuration: keep it.' }
  const { gain, interval } = total
  if (gain === undefined) {
    return { kind: 'unmeasured', words: 'The default was not trained, so nobody knows what tuning bought.' }
  }
  if (gain <= 0 || (interval !== undefined && interval[0] <= 0)) {
    return {
      kind: 'nothing',
      words: `Tuning bought nothing that can be told from chance (${gainWords(total)}): keep the defaults.`,
    }
  }
  const caution = interval === undefined ? ' Each was trained once, so chance may have its part in it.' : ''
  const enough = rests.findIndex((rest) => isNegligible(rest, gain))
  const earners = steps.slice(0, enough + 1)
  const named = namesOf(earners)
  const count = steps.reduce((sum, { changes }) => sum + changes.length, 0)
  const others = count - named.length
  if (others === 0) {
    return { kind: 'all', words: `Tuning bought ${gainWords(total)}, and every change has its part in it.${caution}` }
  }
  const rest = rests[enough]?.gain ?? 0
  const words =
    `Tuning bought ${gainWords(total)}. ${listed(named)} earned ${percentText(Math.max(0, 1 - rest / gain))} of it; ` +
    `${others === 1 ? 'the other change' : `the other ${others} changes`} can stay at the defaults, as far as this can tell.`
  return { kind: 'some', words: `${words}${caution}` }
}

/** `0.021 (95 % interval 0.015 to 0.027)` */
export function gainWords({ gain, interval }: AblationGain): string {
  if (gain === undefined) return 'not measured'
  if (interval === undefined || interval[0] === interval[1]) return numberText(gain, 3)
  return `${numberText(gain, 3)} (95 % interval ${numberText(interval[0], 3)} to ${numberText(interval[1], 3)})`
}

function isNegligible({ gain, interval }: AblationGain, total: number): boolean {
  if (gain === undefined) return false
  const isNoise = interval !== undefined && interval[0] < interval[1] && interval[0] <= 0
  return isNoise || gain <= (1 - NEARLY_ALL) * total
}

const namesOf = (steps: readonly AblationStep[]): string[] =>
  steps.flatMap(({ changes }) => changes.map(({ path }) => path))

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
