import type { Rng } from '../../packages/diapason/src/math/rng.ts'
import type { Entries } from '../../packages/diapason/src/space/nodes.ts'
import type { ParamValues } from '../../packages/diapason/src/space/search-space.ts'

/** One task of the race. Less is better, and 0 is the optimum. */
export interface Problem {
  readonly space: Entries
  regret(params: ParamValues): number
}

/** A family of tasks: each seed gives another one (another place of the optimum), or the same one for tables. */
export interface ProblemFamily {
  readonly name: string
  make(rng: Rng): Problem
}
