import { createStudy } from 'diapason'
import { denseObjective, denseSpace, denseTest, digits, prepare } from '@diapason/neural'
const parts = prepare(await digits(), { validation: 0.2, test: 0.3, seed: 2026 })
const mean = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0) / x.length
for (const seed of [1, 2]) {
  const study = await createStudy({ name: 'x', goals: { accuracy: 'maximize' }, space: denseSpace, fidelity: { name: 'epochs', min: Number(process.argv[3] ?? 1), max: 27 }, seed })
  const t = performance.now()
  await study.optimize(denseObjective(parts), { trials: Number(process.argv[2]) })
  const secs = (performance.now() - t) / 1000
  const states: Record<string, number> = {}; let epochs = 0
  for (const x of study.trials) { states[x.state] = (states[x.state] ?? 0) + 1; epochs += x.reports.length }
  const best = study.best!
  const signal = new AbortController().signal
  const acc: number[] = [], def: number[] = []
  const defaults = study.trials[0]
  for (const s of [1, 2, 3, 4, 5]) { acc.push(mean(await denseTest(parts)(best.params, { seed: s, signal }))); def.push(mean(await denseTest(parts)({ layers: [{ units: 64, dropout: 0 }, { units: 64, dropout: 0 }], activation: 'relu', optimizer: { kind: 'adamW', learningRate: 1e-3, weightDecay: 1e-2 }, batchSize: 32 }, { seed: s, signal }))) }
  console.log('seed', seed, secs.toFixed(1), 's', states, 'epochs', epochs, 'default val', defaults?.state === 'complete' ? defaults.values[0] : 0, 'best val', best.values, 'default test', mean(def).toFixed(4), 'best test', mean(acc).toFixed(4), acc.map((x) => x.toFixed(3)).join(' '), JSON.stringify(best.params))
}
