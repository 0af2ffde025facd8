// The studies that scripts/dashboard-test.mjs looks at: shaped like those of networks, without training any.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { branch, choice, createStudy, float, int, medianPruner, promotionPruner, randomSampler } from 'diapason'
import { ablate } from 'diapason/analysis'

/** A text that runs, were it taken for markup. */
export const EVIL = '<img src=x onerror="window.hacked=1">'

/** Numbers of the studies in the order in which they are made. */
export const STUDY = { digits: 1, twoGoals: 2, evil: 3, byChance: 4, promoted: 5, limited: 6, empty: 7, ablated: 8 }

/** The main study: a branch, pruning, a failure; the page acts on it while it goes on. */
export async function sampleStudy(storage) {
  const study = await createStudy({
    name: 'digits',
    storage,
    goals: { accuracy: 'maximize' },
    seed: 3,
    pruner: medianPruner(),
    fidelity: { name: 'epochs', min: 1, max: 27 },
    space: {
      units: int(16, 512, { log: true, default: 64 }),
      dropout: float(0, 0.5, { default: 0 }),
      activation: choice(['relu', 'tanh', 'elu'], { default: 'relu' }),
      optimizer: branch('kind', {
        adam: { learningRate: float(1e-5, 1e-1, { log: true, default: 1e-3 }) },
        sgd: { learningRate: float(1e-4, 1, { log: true, default: 1e-2 }), momentum: float(0, 0.99, { default: 0.9 }) },
      }),
    },
  })
  await study.optimize(
    async ({ units, dropout, activation, optimizer }, trial) => {
      if (trial.number === 17) throw new Error(`out of memory ${EVIL}`)
      const rate = Math.log10(optimizer.learningRate) + (optimizer.kind === 'adam' ? 2.6 : 1.2)
      const reach = 0.985 - 0.02 * rate ** 2 - 0.003 * (Math.log2(units) - 7.5) ** 2 - 0.03 * (dropout - 0.15) ** 2
      const end = reach - (activation === 'tanh' ? 0.01 : 0)
      let accuracy = 0
      for (let epoch = 1; epoch <= 27; epoch++) {
        accuracy = Math.max(
          0.1,
          end * (1 - 0.6 * Math.exp(-epoch / 5)) + 0.003 * Math.sin(trial.number * 7 + epoch * 3),
        )
        await trial.report(epoch, accuracy)
      }
      return accuracy
    },
    { trials: 80, concurrency: 4 },
  )
  return study
}

/** All others. */
export async function otherStudies(storage) {
  for (const make of [twoGoals, evil, byChance, promoted, limited, empty, ablated]) await (await make(storage)).close()
}

async function twoGoals(storage) {
  const study = await createStudy({
    name: 'accuracy and latency',
    storage,
    goals: { accuracy: 'maximize', latency: 'minimize' },
    space: { width: float(0, 1), depth: int(1, 8) },
    seed: 1,
  })
  await study.optimize(
    ({ width, depth }) => ({ accuracy: 1 - Math.exp(-2 * width * depth), latency: width * depth ** 1.3 }),
    { trials: 40 },
  )
  return study
}

async function evil(storage) {
  const study = await createStudy({
    name: EVIL,
    storage,
    goals: { [EVIL]: 'minimize' },
    space: { [EVIL.replaceAll('.', '')]: float(0, 1), option: choice([EVIL, 'plain']) },
    seed: 1,
  })
  await study.optimize(() => 1, { trials: 3 })
  await study.setAttr(EVIL, EVIL)
  return study
}

/** A search by chance alone over the same space, to hold beside the first. */
async function byChance(storage) {
  const study = await createStudy({
    name: 'by chance',
    storage,
    goals: { accuracy: 'maximize' },
    seed: 9,
    sampler: randomSampler(),
    space: { units: int(16, 512, { log: true, default: 64 }), dropout: float(0, 0.5, { default: 0 }) },
  })
  await study.optimize(({ units, dropout }) => 0.965 - 0.01 * Math.abs(Math.log2(units) - 7.5) - 0.1 * dropout, {
    trials: 40,
  })
  return study
}

/** Trials that are paused at rungs and promoted. */
async function promoted(storage) {
  const study = await createStudy({
    name: 'paused and promoted',
    storage,
    goals: { loss: 'minimize' },
    seed: 5,
    sampler: randomSampler(),
    pruner: promotionPruner(),
    fidelity: { name: 'epochs', min: 1, max: 27 },
    space: { learningRate: float(1e-5, 1e-1, { log: true, default: 1e-3 }), width: int(16, 256, { log: true }) },
  })
  await study.optimize(
    async ({ learningRate, width }, trial) => {
      const saved = await trial.checkpoint()
      const reach = 0.1 + 0.05 * (Math.log10(learningRate) + 2.7) ** 2 + 0.02 * Math.abs(Math.log2(width) - 6)
      let loss = reach
      for (let epoch = (saved?.step ?? 0) + 1; epoch <= 27; epoch++) {
        loss = reach + 0.8 * Math.exp(-epoch / 4) + 0.004 * Math.sin(5 * width + epoch)
        await trial.report(epoch, loss, () => ({ epoch }))
        await new Promise((resolve) => setTimeout(resolve, 3))
      }
      return loss
    },
    { trials: 80, concurrency: 3 },
  )
  return study
}

/** Trials that break a constraint on their outcome. */
async function limited(storage) {
  const study = await createStudy({
    name: 'within memory',
    storage,
    goals: { loss: 'minimize' },
    seed: 2,
    space: { width: int(16, 1024, { log: true, default: 64 }), dropout: float(0, 0.5, { default: 0.1 }) },
  })
  await study.optimize(
    async ({ width, dropout }, trial) => {
      await trial.constrain('memory in GB', width / 100 - 4)
      await new Promise((resolve) => setTimeout(resolve, width / 50))
      return 1 / Math.log2(width) + (dropout - 0.2) ** 2
    },
    { trials: 40 },
  )
  return study
}

function empty(storage) {
  return createStudy({ name: 'not begun', storage, goals: { loss: 'minimize' }, space: { rate: float(0.001, 1) } })
}

/** Noisy scores, and the way from the default to the winner measured. */
async function ablated(storage) {
  const study = await createStudy({
    name: 'default to winner',
    storage,
    goals: { accuracy: 'maximize' },
    seed: 7,
    space: {
      learningRate: float(1e-5, 1e-1, { log: true, default: 1e-4 }),
      batchSize: choice([16, 32, 64, 128], { default: 128 }),
      dropout: float(0, 0.5, { default: 0.4 }),
      warmup: float(0, 1, { default: 0.5 }),
    },
  })
  const objective = ({ learningRate, batchSize, dropout, warmup }, { number }) =>
    0.9 -
    0.03 * Math.abs(Math.log10(learningRate) + 2.5) -
    0.01 * Math.abs(Math.log2(batchSize) - 5) -
    0.03 * dropout +
    0.0005 * warmup +
    0.002 * Math.sin(number * 12.9898)
  await study.optimize(objective, { trials: 40 })
  await ablate(study, objective, { runs: 30 })
  return study
}

/** What a command would have left of trial 17 of the main study. */
export function leaveLog(folder) {
  const trial = join(folder, 'studies.trials', 'digits', '17')
  mkdirSync(join(trial, 'checkpoint'), { recursive: true })
  writeFileSync(join(trial, 'log.txt'), `epoch 1\r\n\u001b[31mout of memory\u001b[0m ${EVIL}\n`)
  writeFileSync(join(trial, 'checkpoint', 'weights.bin'), 'x'.repeat(3000))
}
