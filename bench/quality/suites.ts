import { sampledRandomRegret } from './tasks/expected-best.ts'
import { lcbenchTasks } from './tasks/lcbench.ts'
import { layeredNetwork, modelChoice, networkLike } from './tasks/network-like.ts'
import { claimFunctions, developmentFunctions } from './tasks/synthetic.ts'
import { graphTasks, tableTasks } from './tasks/tables.ts'
import type { ProblemFamily, Task } from './tasks/task.ts'
import { tasksetTasks } from './tasks/taskset.ts'

/** Tasks that are read together. */
export interface Suite {
  readonly name: string
  readonly title: string
  /** Evaluations at which tables stop to look; full trainings where there are curves. */
  readonly checkpoints: readonly number[]
  /** Do evaluations report curves that may be stopped? */
  readonly curves: boolean
  /** What tables show: regret as it is, or as a share of what random search is expected to reach. */
  readonly measure: 'regret' | 'ratio'
  readonly tasks: readonly Task[]
}

const CHECKPOINTS = [10, 30, 100, 200]
const TRAININGS = [2, 5, 10, 20, 50]

/** Suites by name: which need the data folder, and what they hold. */
const SUITES: {
  readonly [name: string]: {
    readonly title: string
    readonly checkpoints: readonly number[]
    readonly curves?: boolean
    readonly measure?: Suite['measure']
    readonly needsData: boolean
    tasks(directory: string): readonly Task[]
  }
} = {
  functions: {
    title: 'Shifted functions and a network-like conditional space',
    checkpoints: CHECKPOINTS,
    needsData: false,
    tasks: () => [...claimFunctions, networkLike].map(functionTask),
  },
  'more-functions': {
    title: 'Functions that defaults are tuned on',
    checkpoints: CHECKPOINTS,
    needsData: false,
    tasks: () => [...developmentFunctions, layeredNetwork, modelChoice].map(functionTask),
  },
  tables: {
    title: 'Networks from tables: FCNet, HPOBench MLP, NAS-Bench-201',
    checkpoints: CHECKPOINTS,
    needsData: true,
    tasks: tableTasks,
  },
  graphs: {
    title: 'Graph networks from a table: NAS-Bench-Graph',
    checkpoints: CHECKPOINTS,
    needsData: true,
    tasks: graphTasks,
  },
  taskset: {
    title: 'Recurrent networks with whole curves: TaskSet',
    checkpoints: TRAININGS,
    curves: true,
    measure: 'regret',
    needsData: true,
    tasks: tasksetTasks,
  },
  lcbench: {
    title: 'Networks on tabular data with whole curves: LCBench',
    checkpoints: [...TRAININGS, 126],
    curves: true,
    needsData: true,
    tasks: lcbenchTasks,
  },
}

/** Every suite's name, in the order of the report. */
export const suiteNames: readonly string[] = Object.keys(SUITES)

/**
 * A suite by its name.
 * @param directory where the measurements of others lie; undefined: not given
 * @throws {Error} where the suite is not known, or needs data that nobody gave
 */
export function suiteOf(name: string, directory: string | undefined): Suite {
  const suite = SUITES[name]
  if (suite === undefined) throw new Error(`No suite "${name}"; there are ${suiteNames.join(', ')}`)
  if (suite.needsData && directory === undefined) {
    throw new Error(
      `Suite "${name}" reads measurements of others, which are not part of this repository.\n` +
        'Say where they lie: --data FOLDER, or DIAPASON_BENCHMARKS=FOLDER (bench/quality/README.md says what it holds)',
    )
  }
  const { title, checkpoints, curves = false, measure = 'ratio' } = suite
  return { name, title, checkpoints, curves, measure, tasks: suite.tasks(directory ?? '') }
}

/** Formulas whose optimum is moved by the seed. */
function functionTask(family: ProblemFamily): Task {
  return {
    ...family,
    evaluations: 200,
    scale: 'log',
    floor: 1e-6,
    worst: Number.POSITIVE_INFINITY,
    heldOut: 'by seed',
    randomRegret: sampledRandomRegret(family, Number.POSITIVE_INFINITY),
  }
}
