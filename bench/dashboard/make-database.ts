// A study of many trials in one SQLite file, written straight into its tables: nobody waits for 100,000 acknowledged trials.
//   node --conditions=@diapason/source bench/dashboard/make-database.ts FILE [TRIALS=100000] [PARAMS=20] [POINTS=50]
import { DatabaseSync } from 'node:sqlite'
import { createStudy, float } from 'diapason'

const [file = 'large.db', trials = '100000', params = '20', points = '50'] = process.argv.slice(2)
const space = Object.fromEntries(Array.from({ length: Number(params) }, (_, j) => [`x${j}`, float(0, 1)]))
const study = await createStudy({
  name: 'large',
  storage: `sqlite:${file}`,
  goals: { loss: 'minimize' },
  space,
  seed: 1,
  fidelity: { name: 'epochs', min: 1, max: Number(points) },
})
await study.close()

let state = 1
/** Numbers that are the same on every machine (a linear congruential generator is random enough for a picture). */
function uniform(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}

const db = new DatabaseSync(file)
db.exec('PRAGMA synchronous = OFF')
db.exec('BEGIN')
const insert = (table: string, columns: readonly string[]) =>
  db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
const head = insert('trials', ['trial_id', 'number', 'study_id', 'state', 'datetime_start', 'datetime_complete'])
const param = insert('trial_params', ['trial_id', 'param_name', 'param_value', 'distribution_json'])
const value = insert('trial_values', ['trial_id', 'objective', 'value', 'value_type'])
const report = insert('trial_intermediate_values', [
  'trial_id',
  'step',
  'intermediate_value',
  'intermediate_value_type',
])
const distribution = JSON.stringify({
  name: 'FloatDistribution',
  attributes: { step: null, low: 0, high: 1, log: false },
})
const time = (second: number) =>
  new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().slice(0, 23).replace('T', ' ')
for (let i = 0; i < Number(trials); i++) {
  const id = i + 1
  const isPruned = i % 3 === 1
  head.run(id, i, 1, isPruned ? 'PRUNED' : 'COMPLETE', time(i), time(i + 40))
  const xs = Array.from({ length: Number(params) }, uniform)
  for (const [j, x] of xs.entries()) param.run(id, `x${j}`, x, distribution)
  const end = xs.reduce((sum, x, j) => sum + (x - 0.3) ** 2 / (j + 1), 0.05)
  const last = isPruned ? 1 + (i % 20) : Number(points)
  let loss = Number.NaN
  for (let step = 1; step <= last; step++) {
    loss = end * (1 + 3 * Math.exp(-step / 10)) + 0.01 * uniform()
    report.run(id, step, loss, 'FINITE')
  }
  value.run(id, 0, loss, 'FINITE')
}
db.exec('COMMIT')
db.close()
console.log(`${file}: ${trials} trials of ${params} parameters, up to ${points} reports each`)
