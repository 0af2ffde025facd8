// Epochs to the same result without stopping, with stopping and with promotion. Searches are kept, so that a run goes on where the last
// one ended: node --conditions=@diapason/source bench/promotion/measure.ts [--directory DATA] [--seeds 20] [--minutes 2.5] [--write]
// With the folder of recorded trainings: those; without: networks that are trained here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { writeSection } from '../results.ts'
import { type Course, type Method, type Outcome, runConfigurations, runSearch, type Workload } from './run-search.ts'
import { CONFIGURATIONS, COUNTED_METHODS, LIVE_METHODS, RECORDED_METHODS, report, TRAININGS } from './tables.ts'
import { lcbenchWorkloads, liveWorkload, tasksetWorkloads } from './workloads.ts'

const { values: args } = parseArgs({
  options: {
    directory: { type: 'string' },
    seeds: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '2.5' },
    write: { type: 'boolean' },
  },
})
const { directory } = args
const end = Date.now() + 60_000 * Number(args.minutes)

const fileOf = (kind: string) => new URL(`searches-${kind}.json`, import.meta.url)
const known = <T>(kind: string): T[] => (existsSync(fileOf(kind)) ? JSON.parse(readFileSync(fileOf(kind), 'utf8')) : [])

/** Runs what is missing of one kind of searches, seed by seed, and keeps all of it. */
async function complete<T extends Course | Outcome>(
  kind: string,
  workloads: readonly Workload<never>[],
  methods: readonly Method[],
  run: (workload: Workload<never>, method: Method, seed: number) => Promise<T>,
): Promise<void> {
  const held = known<T>(kind)
  for (let seed = 0; seed < Number(args.seeds); seed++) {
    for (const workload of workloads) {
      for (const method of methods) {
        const isKnown = held.some((c) => c.task === workload.name && c.method === method && c.seed === seed)
        if (isKnown || Date.now() > end) continue
        held.push(await run(workload, method, seed))
      }
    }
  }
  writeFileSync(fileOf(kind), `[\n${held.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`)
}

// Widened to whatever parameters a workload has: a search hands them from its space to it alone.
const widened = (workloads: readonly unknown[]) => workloads as readonly Workload<never>[]
const bySpent = (workload: Workload<never>, method: Method, seed: number) =>
  runSearch(workload, method, seed, TRAININGS * workload.epochs)
const byCount = (workload: Workload<never>, method: Method, seed: number) =>
  runConfigurations(workload, method, seed, CONFIGURATIONS)
if (directory === undefined) await complete('live', widened([await liveWorkload()]), LIVE_METHODS, bySpent)
else {
  const taskset = widened(tasksetWorkloads(directory))
  await complete('recorded', taskset, RECORDED_METHODS, bySpent)
  await complete('counted', taskset, COUNTED_METHODS, byCount)
  await complete('lcbench', widened(lcbenchWorkloads(directory)), COUNTED_METHODS, byCount)
}
const markdown = report(known('recorded'), known('live'), known('counted'), known('lcbench'))
console.log(markdown)
if (args.write) writeSection('promotion', markdown)
process.exit(0)
