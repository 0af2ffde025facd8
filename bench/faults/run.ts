// Faults at random moments under a real study: node --conditions=@diapason/source bench/faults/run.ts [--fault NAME] [--times 20] [--seed 1] [--table]
// Needs root on Linux (namespaces, control groups) and PostgreSQL; some kinds need Slurm or libfaketime as well. Each kind takes two to ten
// minutes; what was measured is kept in results.json and not measured again unless it is named. --table only writes the table.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { writeSection } from '../results.ts'
import { type CampaignResult, runCampaign } from './campaign.ts'
import { KINDS } from './kinds/index.ts'
import { tableOf } from './table.ts'

const FILE = path.join(import.meta.dirname, 'results.json')
const { values: flags } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true },
    times: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    table: { type: 'boolean', default: false },
  },
})

export type Results = { readonly [name: string]: CampaignResult & { readonly seed: number } }
const read = (): Results => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {})

const unknown = flags.fault?.find((name) => !KINDS.some((kind) => kind.name === name))
if (unknown !== undefined) throw new Error(`no fault is called ${unknown}: ${KINDS.map(({ name }) => name).join(', ')}`)
const chosen = KINDS.filter(({ name }) => flags.fault?.includes(name) ?? read()[name] === undefined)
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
for (const kind of flags.table ? [] : chosen) {
  console.log(`${kind.name}: ${kind.what}`)
  const result = await runCampaign(kind, {
    times: Number(flags.times),
    seed: Number(flags.seed),
    signal: interrupted.signal,
  })
  const { recoveries, ...shown } = result
  console.log(shown)
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
  const all = { ...read(), [kind.name]: { ...result, seed: Number(flags.seed) } }
  writeFileSync(FILE, `${JSON.stringify(all, rounded, 1)}\n`)
}
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`
writeSection(
  'faults',
  tableOf(
    KINDS.map(({ name }) => read()[name]).filter((result) => result !== undefined),
    machine,
  ),
)
