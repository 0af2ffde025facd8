// Epochs to the same result without stopping, with stopping and with promotion. Searches are kept, so that a run goes on where the last
// one ended: node --conditions=@diapason/source bench/promotion/measure.ts [--directory DATA] [--seeds 20] [--minutes 2.5] [--write]
// With the folder of recorded trainings: those; without: networks that are trained here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { writeSection } from '../results.ts'
import { type Course, METHODS, runSearch, type Workload } from './run-search.ts'
import { report } from './tables.ts'
import { liveWorkload, recordedWorkloads } from './workloads.ts'

/** Full trainings that a search may spend. */
const TRAININGS = 20
const { values: args } = parseArgs({
  options: {
    directory: { type: 'string' },
    seeds: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '2.5' },
    write: { type: 'boolean' },
  },
})

const fileOf = (kind: 'recorded' | 'live') => new URL(`searches-${kind}.json`, import.meta.url)
const known = (kind: 'recorded' | 'live'): Course[] =>
  existsSync(fileOf(kind)) ? JSON.parse(readFileSync(fileOf(kind), 'utf8')) : []
const { directory } = args
const kind = directory === undefined ? 'live' : 'recorded'
const courses = known(kind)
const end = Date.now() + 60_000 * Number(args.minutes)

async function measure<P>(workload: Workload<P>, seeds: number): Promise<void> {
  for (let seed = 0; seed < seeds; seed++) {
    for (const method of METHODS) {
      const isKnown = courses.some((c) => c.task === workload.name && c.method === method && c.seed === seed)
      if (isKnown || Date.now() > end) continue
      courses.push(await runSearch(workload, method, seed, TRAININGS * workload.epochs))
    }
  }
}

const workloads = directory === undefined ? [await liveWorkload()] : recordedWorkloads(directory)
// Widened to whatever parameters a workload has: a search hands them from its space to it alone.
for (const workload of workloads) await measure(workload as Workload<never>, Number(args.seeds))
writeFileSync(fileOf(kind), `[\n${courses.map((course) => JSON.stringify(course)).join(',\n')}\n]\n`)
const markdown = report(known('recorded'), known('live'), TRAININGS)
console.log(markdown)
if (args.write) writeSection('promotion', markdown)
process.exit(0)
