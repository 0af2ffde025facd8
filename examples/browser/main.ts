// The page's script: what would run in Node runs here, on WebAssembly.
import { denseObjective, denseSpace, describeRuntime, digits, prepare } from '@diapason/neural'
import { createStudy } from 'diapason'

const element = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E
const start = element<HTMLButtonElement>('start')
const stop = element<HTMLButtonElement>('stop')

/** Tunes, and shows each trial in the table as it ends. */
async function tune(trials: number, signal: AbortSignal): Promise<{ readonly trials: number; readonly best: number }> {
  const parts = prepare(await digits(), { seed: 1 })
  const study = await createStudy({
    name: 'digits in a page',
    goals: { accuracy: 'maximize' },
    space: denseSpace,
    fidelity: { name: 'epochs', min: 1, max: 9 },
    seed: 1,
  })
  study.on('finish', ({ trial, isBest }) => {
    const [epochs = 0, accuracy = 0] = trial.reports.at(-1) ?? []
    const { layers = '', optimizer = '' } = trial.params
    showRow([trial.number, epochs, `${(100 * accuracy).toFixed(1)} %`, layers, optimizer, trial.state], isBest)
  })
  await study.optimize(denseObjective(parts), { trials, signal })
  return { trials: study.trials.length, best: study.best.values.accuracy }
}

function showRow(cells: readonly unknown[], isBest: boolean): void {
  const table = element<HTMLTableSectionElement>('trials')
  if (isBest) for (const row of table.rows) row.className = ''
  const row = table.insertRow()
  row.className = isBest ? 'best' : ''
  for (const cell of cells) row.insertCell().textContent = String(cell)
}

async function run(trials: number): Promise<unknown> {
  const abort = new AbortController()
  stop.onclick = () => abort.abort()
  start.disabled = true
  stop.disabled = false
  element('state').textContent = 'tuning …'
  try {
    const result = await tune(trials, abort.signal)
    element('state').textContent = `best of ${result.trials}: ${(100 * result.best).toFixed(1)} %`
    return result
  } catch (error) {
    element('state').textContent = String(error)
    throw error
  } finally {
    start.disabled = false
    stop.disabled = true
  }
}

start.onclick = () => void run(20)
element('runtime').textContent = `Training by ${(await describeRuntime()).text}.`
// For tune-headless.ts, which presses no buttons.
Object.assign(globalThis, { tune: run })
