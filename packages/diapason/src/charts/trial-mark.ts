import { counted } from '../text/numbers.ts'
import { element, type Markup } from './svg.ts'

/** A trial on a drawing. */
export interface MarkedTrial {
  readonly number: number
  /** Breaks a constraint: it stands as a triangle, whatever it would look like otherwise. */
  readonly isInfeasible?: boolean | undefined
}

/** A dot, or a triangle where the trial breaks a constraint. @param look class of a dot */
export function trialMark(
  { number, isInfeasible }: MarkedTrial,
  [x, y]: readonly [x: number, y: number],
  look: string,
  radius: number,
): Markup {
  if (!isInfeasible) return element('circle', { class: look, cx: x, cy: y, r: radius, 'data-trial': number })
  const r = radius + 0.9
  const d = `M${x.toFixed(1)} ${(y - r).toFixed(1)}l${r} ${2 * r - 0.6}h${-2 * r}Z`
  return element('path', { class: 'c-infeasible', d, 'data-trial': number })
}

/** What triangles are, where there are some; begins with a space. */
export function infeasibleWords(trials: readonly { readonly isInfeasible?: boolean | undefined }[]): string {
  return trials.some(({ isInfeasible }) => isInfeasible) ? ' Triangles break a constraint.' : ''
}

/** That paused trials count with those that continue them, where there are some; begins with a space. */
export function joinedWords(joined: number): string {
  if (joined === 0) return ''
  const them = joined === 1 ? 'it' : 'them'
  return ` ${counted(joined, 'paused trial')} ${joined === 1 ? 'counts' : 'count'} with the one that continues ${them}.`
}
