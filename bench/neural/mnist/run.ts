// MNIST by the convolutional defaults and by what a search finds: `npm run bench:mnist`. Needs `npm run build`, and `npm ci` in examples/mnist.
// Some forty minutes on two cores. What is done is kept in bench/neural/mnist/state; interrupted, it goes on from there. Single steps:
//   run.ts search                      twelve trials
//   run.ts propose                     two more by hand, trained to the end
//   run.ts train NAME SEED             one training on all training images: default, sampled or tuned
//   run.ts time                        the defaults against the clock
//   run.ts report                      writes bench/RESULTS.md
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { openStudy } from 'diapason'
import { PROPOSED_FILTERS, proposal } from './proposal.ts'
import { report } from './report.ts'
import { NAMES, SEEDS, STORAGE, TIMED_SEED, trainOnAll } from './train.ts'

const CLI = path.join(import.meta.dirname, '../../../packages/diapason/bin/diapason.mjs')

const SEARCHED = 12

const [step, ...rest] = process.argv.slice(2)
switch (step) {
  case 'search':
    search()
    break
  case 'propose':
    await propose()
    break
  case 'train':
    await trainOnAll(NAMES.find((name) => name === rest[0]) ?? 'tuned', Number(rest[1]))
    break
  case 'time':
    await trainOnAll('default', TIMED_SEED)
    break
  case 'report':
    await report()
    break
  default:
    search()
    await propose()
    for (const name of NAMES) for (const seed of SEEDS) await trainOnAll(name, seed)
    await trainOnAll('default', TIMED_SEED)
    await report()
}

function search(): void {
  run(SEARCHED)
}

async function propose(): Promise<void> {
  {
    await using study = await openStudy({ storage: STORAGE, name: 'mnist' })
    if (study.trials.length === SEARCHED) for (const filters of PROPOSED_FILTERS) await study.enqueue(proposal(filters))
  }
  run(SEARCHED + PROPOSED_FILTERS.length, '--pruner', 'none')
}

/** Goes on until the study holds so many trials. */
function run(trials: number, ...options: readonly string[]): void {
  const args = ['run', path.join(import.meta.dirname, 'study.ts'), '--storage', STORAGE, '--study', 'mnist', '--resume']
  const more = ['--seed', '1', '--jobs', '2', '--trials', String(trials), ...options]
  const { status } = spawnSync(process.execPath, [CLI, ...args, ...more], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`the search ended with exit code ${status}`)
}
