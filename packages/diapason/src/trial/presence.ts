import type { ParamValue } from '../space/distribution.ts'

/** What trials have shown about when one parameter takes part, and about which others its values may decide. */
export interface Presence {
  readonly name: string
  /** How its values could decide about other parameters; undefined where they cannot, as real numbers. */
  readonly decidesBy: 'values' | 'threshold' | undefined
  /** In which of the counted trials it was. */
  seen: 'never' | 'always' | 'sometimes'
  /** Different values in counted trials; empty where it cannot decide. */
  readonly held: Set<ParamValue>
  /** Those whose values may decide about it, as nothing speaks against them so far; kept only where seen sometimes. */
  readonly parents: Map<Presence, Split>
  /** The trial that first asked for it, by number, and its position there. */
  first: { readonly trial: number; readonly position: number }
  /** Position and value in the trial that is being counted; position −1 where that trial lacks it. */
  position: number
  value: ParamValue
}

/** The values of a parent in trials that have the child (`inside`), and in those that lack it (`outside`). */
export type Split =
  | { readonly kind: 'values'; readonly inside: Set<ParamValue>; readonly outside: Set<ParamValue> }
  | { readonly kind: 'threshold'; leastInside: number; mostOutside: number }

/** Nothing counted yet. */
export function createPresence(name: string, decidesBy: Presence['decidesBy'], first: Presence['first']): Presence {
  return { name, decidesBy, first, seen: 'never', held: new Set(), parents: new Map(), position: -1, value: null }
}

/** Orders parameters as the trials, by number, first asked for them: parents stand first, whichever trial ended first. */
export function byFirstAsked(a: Presence, b: Presence): number {
  return a.first.trial - b.first.trial || a.first.position - b.first.position
}

/**
 * Counts a trial whose values and positions have been noted in `all`. Counting one twice changes nothing.
 * @param all     every known parameter, in order
 * @param isFirst was no trial counted before?
 */
export function countTrial(all: readonly Presence[], isFirst: boolean): void {
  for (const [i, child] of all.entries()) {
    const isHeld = child.position >= 0
    if (isHeld && child.seen === 'never' && !isFirst) {
      // All trials before lacked it, whatever the others held in them.
      startParents(child, all, (parent) => parent.position >= 0 && splitOf(parent, [], parent.held))
    } else if (!isHeld && child.seen === 'always') {
      // All trials before had it, so a parent must have been in all of them.
      startParents(child, all.slice(0, i), (parent) => parent.seen === 'always' && splitOf(parent, parent.held, []))
    }
  }
  for (const child of all) {
    if (child.position >= 0 || child.seen !== 'never') countChild(child, isFirst)
  }
  for (const { decidesBy, position, held, value } of all) {
    if (decidesBy !== undefined && position >= 0) held.add(value)
  }
}

function startParents(
  child: Presence,
  candidates: readonly Presence[],
  startOf: (parent: Presence) => Split | false | undefined,
): void {
  for (const parent of candidates) {
    const split = parent === child ? undefined : startOf(parent)
    if (split) child.parents.set(parent, split)
  }
}

function countChild(child: Presence, isFirst: boolean): void {
  const isHeld = child.position >= 0
  for (const [parent, split] of child.parents) {
    // A child never stands without its parent, nor before it.
    const fits = parent.position >= 0 ? note(split, parent.value, isHeld) : !isHeld
    if (!fits || (isHeld && parent.position > child.position)) child.parents.delete(parent)
  }
  if (child.seen === 'never') child.seen = isFirst ? 'always' : 'sometimes'
  else if (!isHeld) child.seen = 'sometimes'
}

function splitOf(
  { decidesBy }: Presence,
  inside: Iterable<ParamValue>,
  outside: Iterable<ParamValue>,
): Split | undefined {
  if (decidesBy === undefined) return undefined
  const split: Split =
    decidesBy === 'values'
      ? { kind: 'values', inside: new Set(), outside: new Set() }
      : { kind: 'threshold', leastInside: Number.POSITIVE_INFINITY, mostOutside: Number.NEGATIVE_INFINITY }
  for (const value of inside) note(split, value, true)
  for (const value of outside) note(split, value, false)
  return split
}

/** Takes in a value of the parent; false where it has been on both sides. */
function note(split: Split, value: ParamValue, isInside: boolean): boolean {
  if (split.kind === 'values') {
    const [here, there] = isInside ? [split.inside, split.outside] : [split.outside, split.inside]
    here.add(value)
    return !there.has(value)
  }
  if (isInside) split.leastInside = Math.min(split.leastInside, Number(value))
  else split.mostOutside = Math.max(split.mostOutside, Number(value))
  return split.leastInside > split.mostOutside
}

/**
 * The parameter that decides whether `child` takes part, and how; undefined where it is always there or nothing explains it.
 * Of several, the one that held the fewest values (coincidence is least likely there), and of those the last that is asked for.
 */
export function parentOf(child: Presence): { readonly parent: Presence; readonly split: Split } | undefined {
  let best: { readonly parent: Presence; readonly split: Split } | undefined
  for (const [parent, split] of child.parents) {
    // A failed trial may have asked for the child first; a parent stands first all the same.
    if (!isTelling(split) || byFirstAsked(parent, child) > 0) continue
    if (best === undefined || isBetter(parent, best.parent)) best = { parent, split }
  }
  return best
}

function isBetter(a: Presence, b: Presence): boolean {
  return (b.held.size - a.held.size || byFirstAsked(a, b)) > 0
}

/** Has the parent ever been there without the child? Otherwise the two merely share a parent. */
function isTelling(split: Split): boolean {
  return split.kind === 'values' ? split.outside.size > 0 : split.mostOutside > Number.NEGATIVE_INFINITY
}
