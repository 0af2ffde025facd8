// One search: node measure.ts PROBLEM SAMPLER SEED TRIALS prints the trials' values and the milliseconds a suggestion took.
import { performance } from 'node:perf_hooks'
import {
  autoSampler,
  createStudy,
  gpSampler,
  nsga2Sampler,
  nsga3Sampler,
  randomSampler,
  type Sampler,
  tpeSampler,
} from 'diapason'
import { PROBLEMS } from './problems.ts'

const SAMPLERS: { readonly [name: string]: () => Sampler } = {
  auto: autoSampler,
  gp: gpSampler,
  tpe: tpeSampler,
  nsga2: nsga2Sampler,
  nsga3: nsga3Sampler,
  random: randomSampler,
}

const [problemName = '', samplerName = '', seed = '0', trials = '200'] = process.argv.slice(2)
const problem = PROBLEMS[problemName]!
const study = await createStudy({
  name: problemName,
  space: problem.space,
  goals: Object.fromEntries(problem.goals.map((goal) => [goal, 'minimize' as const])),
  sampler: SAMPLERS[samplerName]!(),
  seed: Number(seed),
})
let waiting = 0
for (let i = 0; i < Number(trials); i++) {
  const begin = performance.now()
  const trial = await study.ask()
  waiting += performance.now() - begin
  const values = problem.evaluate(trial.values)
  await study.tell(trial, Object.fromEntries(problem.goals.map((goal, g) => [goal, values[g]!])))
}
const values = study.trials.map((trial) => (trial.state === 'complete' ? trial.values : []))
console.log(JSON.stringify({ values, ms: waiting / Number(trials) }))
