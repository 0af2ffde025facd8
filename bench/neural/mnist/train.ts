import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import {
  type ConvTrialParams,
  convNetwork,
  convSpace,
  createModel,
  evaluate,
  loadCheckpoint,
  recipeFor,
  saveCheckpoint,
  train,
} from '@diapason/neural'
import { defaultsOf, openStudy, type TrialRecord } from 'diapason'
import { loadMnist } from '../../../examples/mnist/mnist.ts'
import { nestParams } from '../../../packages/diapason/src/space/params-tree.ts'

/** The defaults; the best that the sampler itself proposed; the best of all trials, those by hand included. */
export const NAMES = ['default', 'sampled', 'tuned'] as const
export type ConfigName = (typeof NAMES)[number]
export const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
export const EPOCHS = 6
/** The training against the clock has a seed of its own, all threads, and no interruption. */
export const TIMED_SEED = 0

const FOLDER = path.join(import.meta.dirname, 'state')
mkdirSync(FOLDER, { recursive: true })
export const STORAGE = `sqlite:${path.join(FOLDER, 'mnist.db')}`
/** A training gives way after so long, to be started again: others may want the machine. */
const SLICE_MS = Number(process.env.SLICE_SECONDS ?? Number.POSITIVE_INFINITY) * 1000

export interface Outcome {
  readonly seconds: number
  readonly threads: number
  /** Right (1) or wrong (0), test image by test image. */
  readonly correct: readonly number[]
}

const fileOf = (name: ConfigName, seed: number): string => path.join(FOLDER, `${name}-${seed}.json`)

/** @returns undefined where it has not been trained yet */
export function outcomeOf(name: ConfigName, seed: number): Outcome | undefined {
  const file = fileOf(name, seed)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Outcome) : undefined
}

export async function paramsOf(name: ConfigName): Promise<ConvTrialParams> {
  if (name === 'default') return defaultsOf(convSpace)
  await using study = await openStudy({ storage: STORAGE, name: 'mnist' })
  if (name === 'tuned') return study.best.params as unknown as ConvTrialParams
  const own = study.trials.filter((trial) => trial.state === 'complete' && trial.systemAttrs.fixed_params === undefined)
  const [best] = own.toSorted((a, b) => accuracyOf(b) - accuracyOf(a))
  if (best === undefined || study.entries === undefined) throw new Error('the sampler has no complete trial yet')
  return nestParams(study.entries, best.params) as unknown as ConvTrialParams
}

function accuracyOf(trial: TrialRecord): number {
  return trial.state === 'complete' ? (trial.values[0] ?? Number.NaN) : Number.NaN
}

/** Trains a configuration on the 50,000 training images and judges it by the 10,000 test images; goes on from its last whole epoch. */
export async function trainOnAll(name: ConfigName, seed: number): Promise<void> {
  if (outcomeOf(name, seed)) return
  const params = await paramsOf(name)
  const { training, test } = await loadMnist()
  const started = performance.now()
  const model = createModel(convNetwork(params, { inputs: training.featureShape, outputs: training.classes }), { seed })
  const threads = seed === TIMED_SEED ? availableParallelism() : 1
  const last = path.join(FOLDER, `${name}-${seed}.safetensors`)
  const resume = existsSync(last) ? { resume: await loadCheckpoint(last) } : {}
  const recipe = { ...recipeFor(params, training, { epochs: EPOCHS }), seed, threads, ...resume }
  for await (const epoch of train(model, { training }, recipe)) {
    console.log(`${name}, seed ${seed}, epoch ${epoch.epoch}: training loss ${epoch.trainingLoss.toFixed(4)}`)
    if (seed === TIMED_SEED || epoch.epoch === EPOCHS) continue
    await saveCheckpoint(epoch.checkpoint(), last)
    if (performance.now() - started < SLICE_MS) continue
    process.exitCode = 75
    return
  }
  const { accuracy, correct } = await evaluate(model, test)
  const seconds = (performance.now() - started) / 1000
  console.log(`${name}, seed ${seed}: right in ${(100 * accuracy).toFixed(2)} %, ${seconds.toFixed(0)} s`)
  writeFileSync(fileOf(name, seed), JSON.stringify({ seconds, threads, correct: Array.from(correct) }))
  rmSync(last, { force: true })
}
