// What weighing improvement against time is worth: node --conditions=@diapason/source bench/costs/run.ts [SEEDS], with DIAPASON_BENCHMARKS
import { join } from 'node:path'
import { createRng } from '../../packages/diapason/src/math/rng.ts'
import { studentQuantile } from '../../packages/diapason/src/math/student-t.ts'
import { gpSampler } from '../../packages/diapason/src/samplers/gp.ts'
import { pointAt } from '../../packages/diapason/src/samplers/unit-point.ts'
import { compileSpace, type ParamValues } from '../../packages/diapason/src/space/search-space.ts'
import { buildHistory, buildTrial } from '../../packages/diapason/src/testing/trial-builders.ts'
import type { TrialRecord } from '../../packages/diapason/src/trial/trial-record.ts'
import { kept } from '../kept.ts'
import { dataFolder } from '../quality/tasks/data-folder.ts'
import { problemOf } from '../quality/tasks/expected-best.ts'
import { lcbenchTasks, loadSurrogate, SECONDS } from '../quality/tasks/lcbench.ts'
import type { Task } from '../quality/tasks/task.ts'
import { writeSection } from '../results.ts'

const SEEDS = Number(process.argv[2] ?? 10)
const TASKS = 6
/** In mean times of a random full training. */
const BUDGETS = [5, 10, 20, 40]
const POWERS = [0.5, 1]
const LAST_EPOCH = 52
/** Regrets below, in percent, count as this. */
const FLOOR = 0.05

const data = dataFolder(undefined)!
const tasks = lcbenchTasks(data)
  .filter(({ heldOut }) => !heldOut)
  .slice(0, TASKS)
const seconds = loadSurrogate(join(data, 'lcbench'), SECONDS)
const { OpenML_task_id: codes } = (
  await import(join(data, 'lcbench/lcbench.encoding.json'), { with: { type: 'json' } })
).default

interface Timed {
  readonly elapsed: number
  readonly regret: number
}

function secondsOf(task: Task, params: ParamValues): number {
  return seconds(codes[task.name.split('/')[1]!], [LAST_EPOCH, ...Object.values(params).map(Number)])
}

async function search(task: Task, seed: number, costPower: number, budget: number): Promise<number[]> {
  const problem = problemOf(task, seed)
  const space = compileSpace(problem.space)
  const sampler = gpSampler({ costPower })
  const trials: TrialRecord[] = []
  const course: Timed[] = []
  for (let elapsed = 0, least = Number.POSITIVE_INFINITY; elapsed < budget; ) {
    const number = trials.length
    const asked = buildTrial(space, number, {}, { state: 'running' })
    const rng = createRng(seed).split(`trial/${number}`)
    const [params] = sampler.suggest(buildHistory(space, [...trials, asked], { seed }), [number], rng)
    const took = secondsOf(task, params!)
    const regret = Number(await problem.regret(params!))
    const startedAt = Math.round(1000 * elapsed)
    elapsed += took
    const ended = buildTrial(space, number, params!, { state: 'complete', values: [regret] })
    trials.push({ ...ended, startedAt, finishedAt: Math.round(1000 * elapsed) } as TrialRecord)
    if (elapsed > budget) break
    least = Math.min(least, regret)
    course.push({ elapsed, regret: least })
  }
  return BUDGETS.map((at) => {
    const reached = course.findLast(({ elapsed }) => elapsed <= (budget * at) / BUDGETS.at(-1)!)
    return reached === undefined ? task.worst : reached.regret
  })
}

function meanSeconds(task: Task): number {
  const space = compileSpace(problemOf(task, 0).space)
  const rng = createRng(1)
  let sum = 0
  for (let i = 0; i < 500; i++)
    sum += secondsOf(
      task,
      pointAt(
        space,
        space.parameters.map(() => rng.next()),
      ),
    )
  return sum / 500
}

/** Logarithms of regret with each power ÷ regret without, by power and budget. */
async function gains(task: Task, seed: number): Promise<number[][]> {
  const budget = BUDGETS.at(-1)! * meanSeconds(task)
  const log = (regret: number) => Math.log(Math.max(FLOOR, regret))
  const plain = await search(task, seed, 0, budget)
  const found: number[][] = []
  for (const power of POWERS) {
    const course = await search(task, seed, power, budget)
    found.push(course.map((regret, b) => log(regret) - log(plain[b]!)))
  }
  return found
}

const ratios = POWERS.map(() => BUDGETS.map((): number[] => []))
for (const task of tasks) {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const file = join(import.meta.dirname, 'results.json')
    const found = await kept(file, `${task.name}, seed ${seed}`, () => gains(task, seed))
    for (const [p, row] of found.entries()) for (const [b, gain] of row.entries()) ratios[p]![b]!.push(gain)
  }
  console.log(task.name, ratios.map((row) => row.map(inWords).join('  ')).join(' | '))
}

function inWords(logs: readonly number[]): string {
  const mean = logs.reduce((a, b) => a + b) / logs.length
  const sd = Math.sqrt(logs.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (logs.length - 1))
  const half = (studentQuantile(0.975, logs.length - 1) * sd) / Math.sqrt(logs.length)
  const [middle, low, high] = [mean, mean - half, mean + half].map((x) => Math.exp(x).toFixed(2))
  return `${middle} [${low}, ${high}]`
}

writeSection(
  'costs',
  `## Improvement for its time

Least regret in validation accuracy with \`gpSampler({ costPower })\` ÷ that without, after the same simulated seconds of training (budgets in mean
times of a random configuration); geometric mean over ${TASKS} lcbench development data sets and ${SEEDS} seeds with its 95 % interval; below 1
it helps. \`bench/costs/run.ts\`

| costPower | ${BUDGETS.map((at) => `${at} trainings' time`).join(' | ')} |
|---|${BUDGETS.map(() => '--:|').join('')}
${POWERS.map((power, p) => `| ${power} | ${ratios[p]!.map(inWords).join(' | ')} |`).join('\n')}`,
)
