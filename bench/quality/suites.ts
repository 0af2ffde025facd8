import { sampledRandomRegret } from './tasks/expected-best.ts'
import { lcbenchTasks } from './tasks/lcbench.ts'
import { layeredNetwork, modelChoice, networkLike } from './tasks/network-like.ts'
import { claimFunctions, developmentFunctions } from './tasks/synthetic.ts'
import { graphTasks, tableTasks } from './tasks/tables.ts'
import type { ProblemFamily, Task } from './tasks/task.ts'
import { tasksetTasks } from './tasks/taskset.ts'
import { xgboostTasks } from './tasks/xgboost.ts'

/** Tasks that are read together. */
export interface Suite {
  readonly name: string
  readonly title: string
  /** Evaluations at which tables stop to look; full trainings where there are curves. */
  readonly checkpoints: readonly number[]
  /** Do evaluations report curves that may be stopped? */
  readonly curves: boolean
  /** Ranked by itself: not everybody runs on it. */
  readonly isApart: boolean
  /** What others published of these tasks, in a sentence. */
  readonly published: string | undefined
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
    readonly isApart?: boolean
    readonly published?: string
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
    isApart: true,
    published:
      'Known of all six tasks with the same accounting (20 seeds, at 10 / 50): random search without stopping .59 / .28, ' +
      'median rule .49 / .17, Hyperband .40 / .14, ASHA .34 / .083.',
    measure: 'regret',
    needsData: true,
    tasks: tasksetTasks,
  },
  lcbench: {
    title: 'Networks on tabular data with whole curves: LCBench',
    checkpoints: [...TRAININGS, 126],
    curves: true,
    isApart: true,
    published:
      'Published for three of the 34 data sets at the same budget, as a share of random search there (YAHPO Gym v1, whole evaluations or restarts ' +
      'charged in full): SMAC .11, SMAC-HB .14, Optuna .38, Hyperband .76.',
    needsData: true,
    tasks: lcbenchTasks,
  },
  xgboost: {
    title: 'Gradient boosting over a conditional space: YAHPO Gym',
    checkpoints: [10, 42, 85, 170],
    isApart: true,
    published:
      "Published for these four data sets at 42 / 85 / 170 evaluations' worth (YAHPO Gym v1, means): random search .041 / .033 / .029, " +
      'SMAC .042 / .022 / .016, Optuna with Hyperband .029 / .026 / .024, SMAC-HB .038 / .025 / .020, BOHB .028 / .024 / .020. There the booster is one of ' +
      'three; here the two with trees are a branch, so that random points are linear ones half of the time instead of a third.',
    measure: 'regret',
    needsData: true,
    tasks: xgboostTasks,
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
  const { title, checkpoints, curves = false, isApart = false, published, measure = 'ratio' } = suite
  return { name, title, checkpoints, curves, isApart, published, measure, tasks: suite.tasks(directory ?? '') }
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
