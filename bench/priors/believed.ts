import { createRng, type Rng } from '../../packages/diapason/src/math/rng.ts'
import { pointAt } from '../../packages/diapason/src/samplers/unit-point.ts'
import type { Column } from '../../packages/diapason/src/space/column.ts'
import type { Entries, FloatNode, IntNode, SpaceNode } from '../../packages/diapason/src/space/nodes.ts'
import { compileSpace } from '../../packages/diapason/src/space/search-space.ts'
import type { Problem } from '../quality/tasks/task.ts'

/** What somebody believes: about right, or as wrong as can be. */
export type Belief = 'good' | 'misleading'

/** One standard deviation of a belief, and of the error of a good one, as shares of the range. */
const SD = 0.15
const ERROR = 0.1
/** How much more probable the option that is believed in is than each of the others. */
const ODDS = 4

/** A position of little regret: the best of many random ones, improved step by step. */
export async function goodPosition(problem: Problem, seed: number): Promise<Float64Array> {
  const space = compileSpace(problem.space)
  const rng = createRng(seed).split('good position')
  const regretAt = async (u: Float64Array) => Number(await problem.regret(pointAt(space, u)))
  let best = new Float64Array(space.parameters.length).fill(0.5)
  let least = await regretAt(best)
  for (let i = 0; i < 20_000; i++) {
    const u = best.slice()
    const reach = i < 4000 ? 1 : 0.3 * 0.9995 ** (i - 4000)
    for (let j = 0; j < u.length; j++) {
      if (i < 4000 || rng.next() < 0.2) u[j] = near(u[j]!, reach, rng)
    }
    const regret = await regretAt(u)
    if (!(regret < least)) continue
    best = u
    least = regret
  }
  return best
}

function near(u: number, reach: number, rng: Rng): number {
  return reach === 1 || rng.next() < 0.1 ? rng.next() : Math.min(1, Math.max(0, u + reach * rng.normal()))
}

/** The space with a belief about each number and each choice; counts and labels of branches stay open. */
export function believed({ space: entries }: Problem, best: Float64Array, belief: Belief, seed: number): Entries {
  const space = compileSpace(entries)
  const rng = createRng(seed).split(`belief/${belief}`)
  const places = new Map(space.parameters.map(({ name, column }, j) => [name, { u: best[j]!, column }]))

  function within(group: Entries, prefix: string): Entries {
    return Object.fromEntries(Object.entries(group).map(([name, node]) => [name, nodeWithPrior(node, prefix + name)]))
  }

  function nodeWithPrior(node: SpaceNode, path: string): SpaceNode {
    if (node.kind === 'branch') {
      const cases = Object.entries(node.cases).map(([label, group]) => [label, within(group, `${path}.${label}.`)])
      return { ...node, cases: Object.fromEntries(cases) }
    }
    // The copies of a repeat share their node: the belief is about the first.
    if (node.kind === 'repeat') return { ...node, entries: within(node.entries, `${path}.0.`) }
    const { u, column } = places.get(path)!
    if (node.kind !== 'choice') return { ...node, prior: numberPrior(node, column, u, belief, rng) }
    const right = column.indexOf(column.decode(u))
    const held = belief === 'good' ? right : (right + 1) % column.size
    return { ...node, prior: node.options.map((_, i) => (i === held ? ODDS : 1)) }
  }

  return within(entries, '')
}

function numberPrior({ low, high, log }: FloatNode | IntNode, column: Column, u: number, belief: Belief, rng: Rng) {
  const centre = belief === 'good' ? Math.min(1, Math.max(0, u + ERROR * rng.normal())) : u < 0.5 ? 0.95 : 0.05
  return { near: Number(column.decode(centre)), within: log ? (high / low) ** SD : SD * (high - low) }
}
