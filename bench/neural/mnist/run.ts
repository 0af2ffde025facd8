// MNIST by the convolutional defaults and by what a search finds: `npm run bench:mnist`. Needs `npm run build`, and `npm ci` in examples/mnist.
// Some forty minutes on two cores. What is done is kept in bench/neural/mnist/state; interrupted, it goes on from there. Single steps:
//   run.ts search [TRIALS]             until the study holds so many (30)
//   run.ts train default|tuned SEED    one training on all training images
//   run.ts time                        the defaults against the clock
//   run.ts report                      writes bench/RESULTS.md
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { report } from './report.ts'
import { NAMES, SEEDS, STORAGE, TIMED_SEED, trainOnAll } from './train.ts'

const CLI = path.join(import.meta.dirname, '../../../packages/diapason/bin/diapason.mjs')

const [step, ...rest] = process.argv.slice(2)
switch (step) {
  case 'search':
    search(rest[0])
    break
  case 'train':
    await trainOnAll(rest[0] === 'default' ? 'default' : 'tuned', Number(rest[1]))
    break
  case 'time':
    await trainOnAll('default', TIMED_SEED)
    break
  case 'report':
    await report()
    break
  default:
    search()
    for (const name of NAMES) for (const seed of SEEDS) await trainOnAll(name, seed)
    await trainOnAll('default', TIMED_SEED)
    await report()
}

function search(trials = '30'): void {
  const args = ['run', path.join(import.meta.dirname, 'study.ts'), '--storage', STORAGE, '--study', 'mnist', '--resume']
  const { status } = spawnSync(process.execPath, [CLI, ...args, '--seed', '1', '--jobs', '2', '--trials', trials], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`the search ended with exit code ${status}`)
}
