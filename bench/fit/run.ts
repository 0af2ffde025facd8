// `diapason fit` beside itself without the practices, and beside scikit-learn at its defaults and under HalvingRandomSearchCV, all with
// the same time of one processor, counted by the processor: what else the machine does takes nothing from anyone. Pieces that are done are
// kept: run it again to go on, or at the same time with other seeds.
// Run: node --conditions=@diapason/source bench/fit/run.ts [--seconds 15] [seed …]; then bench/fit/report.ts
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { selectTableRows } from '../../packages/neural/src/data/table.ts'
import { csvOf, splitOf, TASKS } from './tasks.ts'

const SEEDS = 10
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'
const FILE = join(import.meta.dirname, 'results.jsonl')
const CLOCK = join(import.meta.dirname, 'processor-clock.ts')
const ARMS = [
  ['practices', 'ours.ts'],
  ['plain', 'ours.ts'],
  ['halving', 'sklearn_fit.py'],
  ['default', 'sklearn_fit.py'],
] as const

const { values: flags, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '15' } },
  allowPositionals: true,
})
const budget = Number(flags.seconds)
const done = new Set(
  (existsSync(FILE) ? readFileSync(FILE, 'utf8').trim().split('\n') : []).filter(Boolean).map((line) => {
    const one = JSON.parse(line) as { task: string; seed: number; budget: number }
    return `${one.task} ${one.seed} ${one.budget}`
  }),
)
const given = positionals.map(Number)
for (const seed of given.length > 0 ? given : Array.from({ length: SEEDS }, (_, i) => i)) {
  for (const task of Object.keys(TASKS)) {
    if (done.has(`${task} ${seed} ${budget}`)) continue
    appendFileSync(FILE, (await piece(task, seed)).map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
}

/** All contestants on one split, one after the other; who is first changes with the seed, as the load of a machine may. */
async function piece(name: string, seed: number) {
  const task = TASKS[name]!
  const folder = mkdtempSync(join(tmpdir(), 'fit-'))
  try {
    const table = await task.table()
    const { train, test } = splitOf(table, task, seed)
    writeFileSync(join(folder, 'train.csv'), csvOf(selectTableRows(table, train)))
    writeFileSync(join(folder, 'test.csv'), csvOf(selectTableRows(table, test)))
    const order = ARMS.map((_, i) => ARMS[(i + seed) % ARMS.length]!)
    return order.map(([arm, script]) => ({ task: name, seed, budget, arm, ...run(arm, script, folder, task, seed) }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(arm: string, script: string, folder: string, { target, kind }: (typeof TASKS)[string], seed: number) {
  const path = join(import.meta.dirname, script)
  const program = script.endsWith('.py')
    ? [PYTHON, path]
    : [process.execPath, '--conditions=@diapason/source', '--import', CLOCK, path]
  const words = [...program, arm, folder, target, kind, String(budget), String(seed)]
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  const text = execFileSync(program[0]!, words.slice(1), { encoding: 'utf8', env })
  return JSON.parse(text.trim().split('\n').at(-1)!) as { readonly score: number; readonly seconds: number }
}
