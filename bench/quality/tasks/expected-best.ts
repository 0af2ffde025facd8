import { createRng, type Rng } from '../../../packages/diapason/src/math/rng.ts'
import { pointAt } from '../../../packages/diapason/src/samplers/unit-point.ts'
import { compileSpace } from '../../../packages/diapason/src/space/search-space.ts'
import type { Problem, ProblemFamily } from './task.ts'

/**
 * The least of n draws with replacement from a list, in expectation: Σ vᵢ · (((N − i) / N)ⁿ − ((N − i − 1) / N)ⁿ) over
 * the ascending values.
 * @param sorted ascending, at least one
 */
export function expectedBest(sorted: ArrayLike<number>, draws: number): number {
  const count = sorted.length
  let sum = 0
  let above = 1
  for (let i = 0; i < count; i++) {
    const next = ((count - i - 1) / count) ** draws
    sum += sorted[i]! * (above - next)
    above = next
    if (above === 0) break
  }
  return sum
}

const SAMPLE = 4000

/** {@link expectedBest} where no table gives it: from 4,000 random configurations of each seed's problem. */
export function sampledRandomRegret(
  family: ProblemFamily,
  worst: number,
): (evaluations: number, seeds: readonly number[]) => number {
  const held = new Map<number, Float64Array>()
  return (evaluations, seeds) => {
    let sum = 0
    for (const seed of seeds) {
      let sorted = held.get(seed)
      if (sorted === undefined) {
        sorted = randomRegrets(problemOf(family, seed), createRng(seed).split('random regret'), worst)
        held.set(seed, sorted)
      }
      sum += expectedBest(sorted, evaluations)
    }
    return sum / seeds.length
  }
}

/** The problem of a seed: the same for every contestant. */
export function problemOf(family: ProblemFamily, seed: number): Problem {
  return family.make(createRng(seed).split('problem'))
}

function randomRegrets(problem: Problem, rng: Rng, worst: number): Float64Array {
  const space = compileSpace(problem.space)
  return Float64Array.from({ length: SAMPLE }, () => {
    const coordinates = space.parameters.map(() => rng.next())
    const regret = Number(problem.regret(pointAt(space, coordinates)))
    return Number.isNaN(regret) ? worst : regret
  }).sort()
}
