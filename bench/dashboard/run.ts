// The dashboard on a study of 100,000 trials with 20 parameters and curves of up to 50 points, optuna-dashboard beside it. Needs
// `npm run build` and Chromium; OPTUNA_PYTHON names a Python that has optuna-dashboard (default: python3).
//   node --conditions=@diapason/source bench/dashboard/run.ts [TRIALS=100000] [--alone]
// --alone leaves out the peer, which takes minutes and 10 GB.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openStorage, type StudyRecord } from 'diapason'
import { writeSection } from '../results.ts'
import { visit, wakeChromium } from './page-visit.ts'
import { type ServerProcess, startServer, timed, Unanswered } from './server-process.ts'

const CHARTS = [
  'history',
  'importance',
  'efficiency',
  'curves',
  'rungs',
  'parallel',
  'slice',
  'contour',
  'cost',
  'timeline',
]
const ARRIVING_PER_SECOND = 50
const ARRIVING_SECONDS = 20
const PEER_PORT = 18_322
const OURS_PORT = 18_321

const { values: flags, positionals } = parseArgs({
  options: { alone: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const trials = Number(positionals[0] ?? 100_000)
const folder = mkdtempSync(path.join(tmpdir(), 'diapason-dashboard-'))
const file = path.join(folder, 'large.db')
try {
  node(path.join(import.meta.dirname, 'make-database.ts'), file, String(trials))
  const ours = await measureOurs()
  console.log(ours)
  write(ours, flags.alone ? 'was left out of this run' : await measurePeer())
} finally {
  rmSync(folder, { recursive: true })
}

async function measureOurs() {
  const words = [path.join(import.meta.dirname, '../../packages/diapason/bin/diapason.mjs'), 'dashboard']
  const server = await startServer(
    process.execPath,
    [...words, '--storage', `sqlite:${file}`, '--port', String(OURS_PORT)],
    `http://127.0.0.1:${OURS_PORT}/`,
  )
  try {
    const first = await timed(`${server.url}api/studies/1`)
    const began = performance.now()
    while (
      (JSON.parse((await timed(`${server.url}api/studies/1`)).bytes.toString()) as { reading: unknown }).reading !==
      null
    )
      await sleep(200)
    const readS = (performance.now() - began) / 1000
    const charts = new Map<string, number>()
    for (const kind of CHARTS) charts.set(kind, (await timed(`${server.url}api/studies/1/charts/${kind}`)).ms)
    await wakeChromium(server.url)
    const seen = await visit(server.url, arrive)
    await timed(`${server.url}api/studies/1/export`)
    return { firstMs: first.ms, readS, charts, seen, ...memoryOf(server) }
  } finally {
    await server.stop()
  }
}

/** Trials arrive, as from a fleet. */
async function arrive(): Promise<void> {
  const storage = await openStorage(`sqlite:${file}`)
  try {
    const study = (await storage.findStudy('large')) as StudyRecord
    const [template] = (await storage.readTrials(study.id, undefined, 1)).trials
    if (template === undefined) throw new Error('the study is empty')
    const { params, distributions } = template
    for (let second = 0; second < ARRIVING_SECONDS; second++) {
      const began = performance.now()
      for (let i = 0; i < ARRIVING_PER_SECOND; i++)
        await storage.createTrial(study.id, { state: 'complete', params, distributions, values: [1 + Math.random()] })
      await sleep(Math.max(0, 1000 - (performance.now() - began)))
    }
  } finally {
    await storage.close()
  }
}

/** @returns what was measured, or what there is to say instead */
async function measurePeer() {
  const python = process.env.OPTUNA_PYTHON ?? 'python3'
  const server = await startServer(
    python,
    [
      '-c',
      'from optuna_dashboard._cli import main; main()',
      `sqlite:///${file}`,
      '--port',
      String(PEER_PORT),
      '--quiet',
    ],
    `http://127.0.0.1:${PEER_PORT}/dashboard`,
  )
  try {
    const first = await timed(`${server.url.replace('dashboard', '')}api/studies/1`)
    return { firstMs: first.ms, sentMB: first.bytes.length / 1e6, ...memoryOf(server) }
  } catch (error) {
    if (error instanceof Unanswered) return `gave ${error.message}`
    throw error
  } finally {
    await server.stop()
  }
}

function memoryOf(server: ServerProcess) {
  return { memoryMiB: server.memory('VmRSS'), peakMiB: server.memory('VmHWM') }
}

function node(...words: readonly string[]): void {
  const { status } = spawnSync(process.execPath, ['--conditions=@diapason/source', ...words], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${words[0]} ended with exit code ${status}`)
}

function write(ours: Awaited<ReturnType<typeof measureOurs>>, peer: Awaited<ReturnType<typeof measurePeer>>): void {
  const { charts, seen } = ours
  const rows = [
    [
      'server: first answer for the study',
      `${ours.firstMs.toFixed(0)} ms`,
      typeof peer === 'string' ? '' : `${(peer.firstMs / 1000).toFixed(1)} s, ${peer.sentMB.toFixed(0)} MB sent`,
    ],
    ['server: all trials read', `${ours.readS.toFixed(1)} s, answering meanwhile`, ''],
    [
      'server: memory at the end, at most',
      `${ours.memoryMiB.toFixed(0)}, ${ours.peakMiB.toFixed(0)} MiB`,
      typeof peer === 'string' ? '' : `${peer.memoryMiB.toFixed(0)}, ${peer.peakMiB.toFixed(0)} MiB`,
    ],
    ['page: first chart', `${seen.firstChartMs.toFixed(0)} ms`, ''],
    [
      'page: another order of the table, median, longest',
      `${seen.sortMs.map((ms) => ms.toFixed(0)).join(', ')} ms`,
      '',
    ],
    ['page: memory of its scripts', `${seen.heapMiB.toFixed(0)} MiB`, ''],
  ]
  writeSection(
    'dashboard',
    `## The dashboard on a large study

${trials.toLocaleString('en-US')} trials of 20 parameters with curves of up to 50 points in SQLite; server, Chromium and what wrote ${ARRIVING_PER_SECOND} trials a second for
${ARRIVING_SECONDS} seconds shared ${cpus().length} cores. Chromium had been started once before, so that what is timed is the page and not a browser
read from the disk. optuna-dashboard ${typeof peer === 'string' ? peer : 'was asked for what its page asks for first'}.

| | Diapason | optuna-dashboard |
|---|---|---|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

Milliseconds for a chart that was not asked for before: ${[...charts].map(([kind, ms]) => `${kind} ${ms.toFixed(0)}`).join(', ')}.
${cpus()[0]?.model.trim()}, Node ${process.versions.node}. \`bench/dashboard/run.ts\``,
  )
}
