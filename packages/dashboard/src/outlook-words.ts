import {
  type Ablation,
  confirmationWords,
  counted,
  countText,
  durationText,
  type Forecast,
  numberText,
  percentText,
} from 'diapason/charts'
import type { Outlook, Study, Value } from './api.ts'
import { valueText } from './texts.ts'

/** Below this share of trials since the best a search improves, up to twice of it slowly. */
const LATELY = 0.25

/** Is it still improving? */
export function improvingWords({ trials, sinceBest, recent, goal }: Forecast, noise: number | undefined): string {
  const share = sinceBest / trials
  const since = `${counted(sinceBest, 'trial')} of ${countText(trials)} ${sinceBest === 1 ? 'has' : 'have'} come since the best.`
  const verdict =
    sinceBest === 0
      ? 'Yes: the last trial is the best.'
      : `${share <= LATELY ? 'Yes' : share <= 2 * LATELY ? 'Slowly' : 'Hardly'}: ${since}`
  if (recent.gain === undefined) return verdict
  const gain = recent.gain === 0 ? 'brought nothing' : `improved ${goal.name} by ${numberText(recent.gain, 2)}`
  const doubt =
    noise !== undefined && recent.gain > 0 && recent.gain < 2 * noise
      ? ` That may be luck: one setting differs as much from seed to seed (standard deviation ${numberText(noise, 2)}).`
      : ''
  return `${verdict} The last ${durationText(recent.ms)}, ${counted(recent.trials, 'trial')}, ${gain}.${doubt}`
}

/** What is the best setting, and how sure is that? For one goal. */
export function bestWords({ goals, best }: Study, confirmed: Outlook['confirmed']): string {
  const [goal] = goals
  const [winner] = best
  if (goal === undefined || winner === undefined) return 'No trial is complete yet.'
  const value = numberText(winner.values[goal.name] ?? Number.NaN, 5)
  if (confirmed === null) {
    return `Trial ${winner.number} with ${goal.name} ${value}. That is one score, and the one it was chosen by, so expect somewhat less: its configuration has not been trained again with other seeds.`
  }
  const same = confirmed.number === winner.number ? '' : ` The best single score has trial ${winner.number}, ${value}.`
  return `${confirmationWords(confirmed, goal.name)}${same}`
}

/** Which change from the default earned most, where that was measured. */
export function earnedWords({ steps, total, winner, goal }: Ablation): string {
  const [most] = steps.toSorted((a, b) => (b.gain ?? 0) - (a.gain ?? 0))
  if (most?.gain === undefined || total.gain === undefined || !(most.gain > 0)) return ''
  const what = most.changes.map(({ path }) => path).join(' with ')
  return `Measured step by step from the default to trial ${winner}, ${what} earned most: ${numberText(most.gain, 3)} in ${goal.name} of ${numberText(total.gain, 3)}.`
}

/** `units 83, dropout 0.2395, …`: as many as can be read at a glance. */
export function settingText(params: Readonly<Record<string, Value>>): string {
  const all = Object.entries(params).map(([path, value]) => `${path} ${valueText(value)}`)
  return all.length <= SHOWN ? all.join(', ') : `${all.slice(0, SHOWN).join(', ')} and ${all.length - SHOWN} more`
}

const SHOWN = 10

/** What would one more hour bring? Where trials are so quick or so slow that nothing tells, as many trials again. */
export function hourWords({ steps, trialsPerHour, trials, goal }: Forecast): string {
  const hour = steps.find(({ hours }) => hours === 1)
  const step = hour ?? steps.find((each) => each.trials === trials)
  if (step === undefined) return 'Too few trials have finished to tell.'
  const pace = `At the pace so far an hour is room for ${counted(Number(trialsPerHour.toPrecision(2)), 'trial')}`
  const room =
    hour !== undefined
      ? `${pace}.`
      : `${pace}, too far from the ${countText(trials)} so far to tell what that brings; ${countText(step.trials)} more take ${spanText(step.hours)}.`
  const gain =
    step.likely === undefined || step.lucky === undefined
      ? ''
      : step.likely === 0
        ? `, and one time in ten the gain in ${goal.name} is ${numberText(step.lucky, 2)} or more`
        : `, the likely gain in ${goal.name} is ${numberText(step.likely, 2)}, and one time in ten it is ${numberText(step.lucky, 2)} or more`
  return `${room} If these come out like those before, one of them is better than the best with a chance of ${percentText(step.chance)}${gain}. A search that learns may do better, one that has converged worse.`
}

/** `15 min`, `8 h`. */
export function spanText(hours: number): string {
  return durationText(hours * 3_600_000)
}
