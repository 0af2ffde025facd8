// One measurement in a process of its own: CPU milliseconds a trial, and the memory peak.
// Usage: node measure.ts '{"sampler":"tpe","parameters":10,"trials":1000,"storage":"memory"}'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStudy, type Entries, float, randomSampler, type Sampler, tpeSampler } from 'diapason'
import type { Measurement, Workload } from './workload.ts'

const workload: Workload = JSON.parse(process.argv[2] ?? '{}')
const folder = mkdtempSync(join(tmpdir(), 'diapason-overhead-'))
try {
  console.log(JSON.stringify(await measure(workload)))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure({ sampler, parameters, trials, storage }: Workload): Promise<Measurement> {
  const samplers: { readonly [name: string]: () => Sampler } = { random: randomSampler, tpe: tpeSampler }
  const space: Entries = Object.fromEntries(Array.from({ length: parameters }, (_, i) => [`x${i}`, float(-5, 5)]))
  const study = await createStudy({
    name: 'overhead',
    goals: { loss: 'minimize' },
    space,
    seed: 1,
    sampler: (samplers[sampler] ?? randomSampler)(),
    storage: storage === 'sqlite' ? `sqlite:${join(folder, 'study.db')}` : 'memory',
  })
  const lastTenth = Math.floor(trials * 0.9)
  const begin = process.cpuUsage()
  let tail = begin
  for (let i = 0; i < trials; i++) {
    if (i === lastTenth) tail = process.cpuUsage()
    const trial = await study.ask()
    await study.tell(trial, { loss: shiftedSphere(Object.values(trial.values) as number[]) })
  }
  const end = process.cpuUsage()
  await study.close()
  const milliseconds = (from: NodeJS.CpuUsage) => (end.user + end.system - from.user - from.system) / 1000
  return {
    cpuMs: milliseconds(begin) / trials,
    lastCpuMs: milliseconds(tail) / (trials - lastTenth),
    peakMb: process.resourceUsage().maxRSS / 1024,
  }
}

/** The optimum stands off the centre, which several samplers are drawn to. */
function shiftedSphere(x: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + (value - 1 - (i % 3)) ** 2, 0)
}
