// A model from a table in one call: node --conditions=@diapason/source examples/fit-a-table.ts
import { diabetes, fitTable, predictTable } from '@diapason/neural'

const patients = await diabetes()
const { model, report } = await fitTable(patients, { target: 'progression', timeMs: 10_000, seed: 1 })
console.log(
  `${report.metric}: ${report.score.mean.toFixed(1)}, ${report.baseline.words}: ${report.baseline.mean.toFixed(1)}`,
)

const prediction = await predictTable(model, patients)
if (prediction.kind === 'numbers') console.log('the first patients:', prediction.values.slice(0, 3))
