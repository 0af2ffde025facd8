// Whether trials side by side get in each other's way: `npm run bench:parallel [-- --quick]`. Needs `npm run build`.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { openStudy } from 'diapason'
import { writeSection } from '../results.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 1 : 3
const trials = quick ? 4 : 16
const JOBS = [1, 2, 4]
const CLI = path.join(import.meta.dirname, '../../packages/diapason/bin/diapason.mjs')

const loadAtStart = loadavg()[0]?.toFixed(1)
const folder = mkdtempSync(path.join(tmpdir(), 'diapason-parallel-'))
const seconds = new Map<number, number[]>(JOBS.map((jobs) => [jobs, []]))
try {
  // In turn, so that a change of the machine's speed meets all.
  for (let round = 0; round < rounds; round++) for (const jobs of JOBS) seconds.get(jobs)?.push(await run(jobs, round))
  if (!quick) writeSection('parallel', report())
} finally {
  rmSync(folder, { recursive: true })
}

/** @returns seconds from the start of the first trial to the end of the last */
async function run(jobs: number, round: number): Promise<number> {
  const storage = `sqlite:${path.join(folder, `${jobs}-${round}.db`)}`
  const args = ['run', path.join(import.meta.dirname, 'parallel-study.ts'), '--study', 'parallel', '--storage', storage]
  const budget = ['--trials', String(trials), '--jobs', String(jobs), '--sampler', 'random', '--quiet']
  execFileSync(process.execPath, [CLI, ...args, ...budget], { stdio: ['ignore', 'ignore', 'inherit'] })
  await using study = await openStudy({ storage, name: 'parallel' })
  const times = study.trials.map((trial) => {
    if (trial.state !== 'complete') throw new Error(`trial ${trial.number} is ${trial.state}`)
    return [trial.startedAt, trial.finishedAt].map(Number)
  })
  const taken = (Math.max(...times.map(([, end]) => end!)) - Math.min(...times.map(([start]) => start!))) / 1000
  console.log(`${jobs} at a time: ${taken.toFixed(1)} s`)
  return taken
}

function report(): string {
  const middle = (jobs: number): number => seconds.get(jobs)!.toSorted((a, b) => a - b)[rounds >> 1]!
  const lines = JOBS.map((jobs) => {
    const all = seconds.get(jobs)!.map((time) => time.toFixed(1))
    const pace = ((60 * trials) / middle(jobs)).toFixed(0)
    return `| ${jobs} | ${all.join(', ')} | ${pace} | ${(middle(jobs) / middle(2)).toFixed(2)} |`
  })
  return `## Trials side by side

${trials} trainings of the 28×28 convolutional network of the table above (4 epochs, one thread each) by \`diapason run --jobs N\`, from the start of
the first trial to the end of the last; ${rounds} rounds in turn. ${availableParallelism()} processors; load of the machine when it began: ${loadAtStart}.
${cpus()[0]?.model.trim()}, Node ${process.versions.node}. \`bench/neural/parallel.ts\`

| at a time | seconds, each round | trials a minute, median | time, two at a time = 1 |
|---|---|---|---|
${lines.join('\n')}`
}
