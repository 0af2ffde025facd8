// Milliseconds an epoch, ours and the peers' in one run: `npm run bench:neural [-- --quick]`.
// Needs `npm run build`; `npm ci` in bench/neural/tensorflow for TensorFlow.js; TORCH_PYTHON, a Python that has torch, for PyTorch; Chromium for
// the browser. Whoever is missing is told as not measured.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSection } from '../results.ts'
import { measureInChromium } from './chromium.ts'
import { loadExamples, type Measurement, type NetworkName, TASK } from './task.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 1 : 3
const HERE = import.meta.dirname
const TENSORFLOW = join(HERE, 'tensorflow')
const python = process.env.TORCH_PYTHON
/** No contender may take longer than this for a round. */
const ROUND_MS = 60_000
const ONE_THREAD = { OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }

const TITLES: Readonly<Record<NetworkName, string>> = {
  dense: '64-512-512-10, dense',
  convolution: '28×28 → 16 3×3, pool, 32 3×3, pool, 64, 10: convolutional',
}

interface Contender {
  readonly label: string
  readonly epochs: number
  readonly measure: (epochs: number) => Promise<Measurement> | Measurement
}

interface Row {
  readonly label: string
  readonly epochs: number[]
  loss: number
  problem?: string
}

const loadAtStart = loadavg()[0]?.toFixed(1)
const folder = mkdtempSync(join(tmpdir(), 'diapason-bench-'))
try {
  const tables: string[] = []
  for (const network of ['dense', 'convolution'] as const) tables.push(await race(network))
  if (!quick) writeSection('neural', report(tables))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function race(network: NetworkName): Promise<string> {
  const { features, labels } = await loadExamples(network)
  const files = [join(folder, 'features'), join(folder, 'labels')]
  writeFileSync(files[0]!, new Uint8Array(features.buffer, features.byteOffset, features.byteLength))
  writeFileSync(files[1]!, new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))
  const field = contenders(network, files)
  const rows = field.map(({ label }): Row => ({ label, epochs: [], loss: Number.NaN }))
  // In turn, so that a change of the machine's speed meets all.
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of field.entries()) await runOnce(contender, rows[i]!)
  }
  return table(network, rows)
}

async function runOnce(contender: Contender, row: Row): Promise<void> {
  if (row.problem !== undefined) return
  try {
    const { epochs, loss } = await contender.measure(contender.epochs)
    // The first epoch compiles and allocates.
    row.epochs.push(...epochs.slice(epochs.length > 1 ? 1 : 0))
    row.loss = loss
  } catch (error) {
    row.problem = problemOf(error)
  }
  console.log(row.label, row.problem ?? `${Math.min(...row.epochs).toFixed(0)} ms`)
}

function problemOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ETIMEDOUT') return `more than ${ROUND_MS / 1000} s`
  const text =
    error instanceof Error ? `${error.message}\n${'stderr' in error ? String(error.stderr) : ''}` : String(error)
  return (/Error: (.*)/.exec(text)?.[1] ?? text.split('\n')[0] ?? '').slice(0, 100)
}

function contenders(network: NetworkName, files: readonly string[]): Contender[] {
  const isDense = network === 'dense'
  const epochs = (dense: number, convolution: number): number =>
    Math.ceil((isDense ? dense : convolution) / (quick ? 4 : 1))
  const node = (script: string, args: readonly string[]): ((count: number) => Measurement) => {
    return (count) => execute(process.execPath, [script, ...args, network, String(count), ...files])
  }
  const tensorflow = (backend: string): Contender => ({
    label: `TensorFlow.js, ${backend === 'wasm' ? 'WebAssembly' : 'plain JavaScript'}`,
    epochs: epochs(4, 1),
    measure: node(join(TENSORFLOW, 'measure.mjs'), [backend]),
  })
  const torch = (label: string, ...flags: string[]): Contender => ({
    label,
    epochs: epochs(20, 4),
    measure: (count) =>
      execute(python ?? '', [join(HERE, 'torch_measure.py'), network, String(count), ...files, ...flags]),
  })
  const inChromium = (library: 'ours' | 'tensorflow', label: string): Contender => ({
    label: `${label}, in Chromium`,
    epochs: epochs(6, 2),
    measure: (count) => measureInChromium(library, network, count),
  })
  return [
    {
      label: '**@diapason/neural**, onnxruntime-node',
      epochs: epochs(20, 4),
      measure: node(join(HERE, 'ours.ts'), ['node']),
    },
    ...(python ? [torch('PyTorch'), torch('PyTorch, fused Adam', '--fused')] : []),
    {
      label: '**@diapason/neural**, onnxruntime-web, in Node',
      epochs: epochs(6, 2),
      measure: node(join(HERE, 'ours.ts'), ['wasm']),
    },
    ...(existsSync(join(TENSORFLOW, 'node_modules')) ? [tensorflow('wasm'), tensorflow('cpu')] : []),
    inChromium('ours', '**@diapason/neural**, onnxruntime-web'),
    ...(existsSync(join(TENSORFLOW, 'node_modules')) ? [inChromium('tensorflow', 'TensorFlow.js, WebAssembly')] : []),
  ]
}

function execute(command: string, args: readonly string[]): Measurement {
  const output = execFileSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...ONE_THREAD },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: ROUND_MS,
  })
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Measurement
}

function table(network: NetworkName, rows: readonly Row[]): string {
  const first = rows[0]!
  const lines = rows.map(({ label, epochs, loss, problem }) => {
    if (problem !== undefined || epochs.length === 0) return `| ${label} | ${problem ?? 'not measured'} | | | |`
    const times = [Math.min(...epochs), median(epochs)].map((ms) => ms.toFixed(0))
    return `| ${label} | ${times.join(' | ')} | ${(median(epochs) / median(first.epochs)).toFixed(2)}× | ${loss.toFixed(3)} |`
  })
  return [
    `**${TITLES[network]}**`,
    '',
    '| | best | median | of ours | loss at the end |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function report(tables: readonly string[]): string {
  const peers = [python && versionOf(python), existsSync(join(TENSORFLOW, 'node_modules')) && 'TensorFlow.js 4.22.0']
  return `## Training a network: milliseconds an epoch

One thread, ${TASK.examples.toLocaleString('en')} examples, batches of ${TASK.batchSize} (12 steps), Adam; ${rounds} rounds in turn, the first epoch of
each left out. "of ours": median against the first row's. Losses differ: starting weights do, and the slow run fewer epochs; PyTorch runs
on the processor. Load of the machine when it began: ${loadAtStart}, when it ended: ${loadavg()[0]?.toFixed(1)} (the race itself makes 1).
${[cpus()[0]?.model.trim(), `Node ${process.versions.node}`, 'onnxruntime 1.30.0', ...peers].filter(Boolean).join(', ')}. \`bench/neural/run.ts\`

${tables.join('\n\n')}`
}

function versionOf(command: string): string {
  return `PyTorch ${execFileSync(command, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' }).trim()}`
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
