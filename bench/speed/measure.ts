// One measurement in a process of its own: what suggestions cost after a history of random trials.
// Usage: node measure.ts '{"sampler":"gp","history":100,"suggestions":10}'
import {
  autoSampler,
  cmaesSampler,
  createStudy,
  type Entries,
  float,
  gpSampler,
  randomSampler,
  type Sampler,
  tpeSampler,
} from 'diapason'
import type { Measurement, Workload } from './workload.ts'

const SAMPLERS: { readonly [name: string]: () => Sampler } = {
  auto: autoSampler,
  gp: gpSampler,
  tpe: tpeSampler,
  cmaes: cmaesSampler,
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}'))))

async function measure({ sampler, history, suggestions }: Workload): Promise<Measurement> {
  const space: Entries = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, float(-5, 5)]))
  const milliseconds: number[] = []
  const study = await createStudy({
    name: 'speed',
    goals: { loss: 'minimize' },
    space,
    seed: 1,
    sampler: timed(SAMPLERS[sampler]!(), history, milliseconds),
  })
  for (let i = 0; i < history + suggestions; i++) {
    const trial = await study.ask()
    await study.tell(trial, { loss: shiftedSphere(Object.values(trial.values) as number[]) })
  }
  await study.close()
  return { milliseconds }
}

/** Random at first, then the sampler that is measured: the first suggestion of a fresh process counts, too. */
function timed(sampler: Sampler, history: number, milliseconds: number[]): Sampler {
  const random = randomSampler()
  return {
    name: sampler.name,
    suggest(known, numbers, rng) {
      if (numbers[0]! < history) return random.suggest(known, numbers, rng)
      const begin = process.cpuUsage()
      const points = sampler.suggest(known, numbers, rng)
      const { user, system } = process.cpuUsage(begin)
      milliseconds.push((user + system) / 1000)
      return points
    },
  }
}

/** The optimum stands off the centre, which several samplers are drawn to. */
function shiftedSphere(x: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + (value - 1 - (i % 3)) ** 2, 0)
}
