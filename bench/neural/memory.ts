// Memory, files, threads and sessions over 500 trials in one process: `npm run bench:memory [-- --quick]`. Needs `npm run build`, and Linux.
import { readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import {
  convObjective,
  convSpace,
  denseObjective,
  denseSpace,
  digits,
  prepare,
  releaseSessions,
} from '@diapason/neural'
import { createStudy, noPruner, randomSampler } from 'diapason'
import { InferenceSession } from 'onnxruntime-node'
import { writeSection } from '../results.ts'

const quick = process.argv.includes('--quick')
const blocks = 5
const trials = quick ? 20 : 100
const epochs = 3

/** What the process holds at one moment. */
interface Look {
  readonly rss: number
  /** Outside of what V8 reserves for JavaScript's objects: the runtime, weights, data, code. */
  readonly outside: number
  readonly files: number
  readonly threads: number
  readonly sessions: number
}

let sessions = 0
countSessions()
// Epochs are short and forms many here, so that graphs are opened and weights allocated as often as possible.
const parts = prepare(await digits(), { validation: 0.1, test: 0.65, seed: 1 })
const common = { goals: { accuracy: 'maximize' }, sampler: randomSampler(), pruner: noPruner(), seed: 1 } as const

const table: string[] = []
for (let block = 0; block < blocks; block++) {
  // The same seed, the same configurations: what differs from block to block is what stays behind.
  const dense = await createStudy({ ...common, name: 'dense', space: denseSpace })
  const images = await createStudy({ ...common, name: 'images', space: convSpace })
  const looks: Look[] = []
  const note = (): number => looks.push(look())
  for (let i = 0; i < trials / 5; i++) {
    await dense.optimize(denseObjective(parts, { epochs }), { trials: 4 }).then(note)
    await images.optimize(convObjective(parts, { epochs }), { trials: 1 }).then(note)
  }
  table.push(row(block, looks))
  console.log(table.at(-1))
}
await releaseSessions()
console.log(`${sessions} sessions open at the end`)
if (sessions > 0) throw new Error('sessions are left open')
if (!quick) writeSection('memory', report())

/** Counts what the library opens and closes, whatever it believes itself. */
function countSessions(): void {
  const { create } = InferenceSession
  InferenceSession.create = (async (...args: Parameters<typeof create>) => {
    const session = await create.apply(InferenceSession, args)
    sessions++
    const release = session.release.bind(session)
    session.release = async () => {
      sessions--
      await release()
    }
    return session
  }) as typeof create
}

function look(): Look {
  const { rss, heapTotal } = process.memoryUsage()
  const [files, threads] = ['fd', 'task'].map((name) => readdirSync(`/proc/self/${name}`).length)
  return { rss: rss / 2 ** 20, outside: (rss - heapTotal) / 2 ** 20, files: files!, threads: threads!, sessions }
}

function row(block: number, looks: readonly Look[]): string {
  const sorted = (key: keyof Look): number[] => looks.map((one) => one[key]).sort((a, b) => a - b)
  const median = (key: keyof Look): string => sorted(key)[looks.length >> 1]!.toFixed(0)
  const most = (key: keyof Look): string => sorted(key).at(-1)!.toFixed(0)
  const numbers = [median('rss'), most('rss'), median('outside'), most('files'), most('threads'), most('sessions')]
  return `| ${block * trials + 1} … ${(block + 1) * trials} | ${numbers.join(' | ')} |`
}

function report(): string {
  return `## Memory of a long study

${blocks * trials} trials of ${epochs} epochs one after another in one process: four of \`denseSpace\`, one of \`convSpace\`, drawn at random, the same
hundred five times, on 449 digits. Megabytes; "outside": without what V8 reserves for JavaScript's objects, of which it uses a fraction. ${sessions} sessions of ONNX Runtime
are open after \`releaseSessions()\`. ${cpus()[0]?.model.trim()}, Node ${process.versions.node}. \`bench/neural/memory.ts\`

| trials | resident, median | resident, most | outside, median | open files | threads | sessions |
|---|---|---|---|---|---|---|
${table.join('\n')}`
}
