// Does `diapason run --time 60s` end in time, its report included? Runs it again and again with trials of 0.1 s to 40 s, one of which ignores
// its signal and SIGTERM, and writes what it took.
// Run: node --conditions=@diapason/source bench/deadline/run.ts [seconds = 60] [runs = 20] [at the same time = 2]
import { temporaryProject } from '../../packages/diapason/src/cli/temporary-project.ts'
import { writeSection } from '../results.ts'
import { studyFile } from './study.ts'

const [seconds = 60, runs = 20, together = 2] = process.argv.slice(2).map(Number)
/** How long after the time a run may end. */
const LATEST_S = 3

interface Outcome {
  readonly seconds: number
  readonly hasReport: boolean
  readonly hadDeafTrial: boolean
  readonly trials: number
}

async function runOnce(seed: number): Promise<Outcome> {
  using project = temporaryProject({ 'tune.ts': studyFile(1000 * seconds) })
  const startedAt = performance.now()
  const words = [
    'run',
    'tune.ts',
    '--time',
    `${seconds}s`,
    '--jobs',
    '2',
    '--seed',
    String(seed),
    '--sampler',
    'random',
  ]
  const { code, stdout } = await project.run(...words)
  const report = /^cost +(\d+) trial/m.exec(stdout)
  const outcome = {
    seconds: (performance.now() - startedAt) / 1000,
    hasReport: code === 0 && report !== null,
    hadDeafTrial: /^trial \d+: deaf$/m.test(stdout),
    trials: Number(report?.[1] ?? 0),
  }
  console.log(seed, JSON.stringify(outcome))
  return outcome
}

const outcomes: Outcome[] = []
let next = 0
await Promise.all(
  Array.from({ length: together }, async () => {
    while (next < runs) outcomes.push(await runOnce(next++))
  }),
)
const times = outcomes.map((outcome) => outcome.seconds).sort((a, b) => a - b)
const inTime = outcomes.filter((outcome) => outcome.hasReport && outcome.seconds <= seconds + LATEST_S).length
const trials = outcomes.map((outcome) => outcome.trials).sort((a, b) => a - b)
writeSection(
  'deadline',
  `## A limit of time is one

\`bench/deadline/run.ts\`: \`diapason run --time ${seconds}s --jobs 2\`, ${runs} times (${together} at a time), from the start of the process to its end, the last
screen included. Trials last 0.1 s to 40 s; one in each run ignores its signal and SIGTERM and would go on for ten minutes (it did so in
${outcomes.filter((outcome) => outcome.hadDeafTrial).length} runs).

| | |
|---|---|
| ended with its report within ${seconds + LATEST_S} s | ${inTime} of ${runs} |
| seconds: least, median, most | ${[times[0], times[Math.floor(runs / 2)], times.at(-1)].map((time) => time?.toFixed(2)).join(', ')} |
| trials of a run: least, most | ${trials[0]}, ${trials.at(-1)} |`,
)
