import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { openStudy } from '../study/create-study.ts'
import { listStudies } from '../study/studies.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { temporaryProject } from './temporary-project.ts'

/** A search by folds, its confirmation, its ablation and a nested cross-validation; what is trained is written down when it begins. */
const EVERYTHING = `import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { confirm, createStudy, crossValidated, float, kFold, nestedCrossValidation } from 'diapason'
import { ablate } from 'diapason/analysis'

const settings = {
  goals: { loss: 'minimize' },
  space: { x: float(0, 1, { default: 0.9 }), y: float(0, 1, { default: 0.9 }) },
  storage: 'sqlite:all.db',
  ifExists: 'resume',
  seed: 1,
}
const examples = { count: 24 }
const train = async ({ x, y }, { seed }) => {
  appendFileSync('begun.txt', '.')
  await sleep(8)
  return (x - 0.3) ** 2 + (y - 0.6) ** 2 + (seed % 1000) / 10_000
}
const objective = crossValidated({ splitter: kFold(3), examples, openTrials: 3 }, train)
{
  await using study = await createStudy({ ...settings, name: 'search' })
  await study.optimize(objective, { total: 7 })
  appendFileSync('stages.txt', 'confirm\\n')
  await confirm(study, objective, { runs: 6 })
  appendFileSync('stages.txt', 'ablate\\n')
  await ablate(study, objective, { runs: 6 })
}
appendFileSync('stages.txt', 'nested\\n')
const budget = { trials: 4 }
const { mean } = await nestedCrossValidation(
  { ...settings, name: 'nested', examples, outer: kFold(3), inner: kFold(2), budget },
  train,
)
console.log('mean ' + mean)`

const project = temporaryProject({ 'everything.mjs': EVERYTHING })
afterAll(() => project[Symbol.dispose]())
const STORAGE = `sqlite:${join(project.folder, 'all.db')}`
const begun = (): number => {
  const file = join(project.folder, 'begun.txt')
  return existsSync(file) ? readFileSync(file, 'utf8').length : 0
}

/** Starts the script, and kills it once so many folds more have begun and so many milliseconds have passed. */
async function runUntil(folds: number, ms: number): Promise<'ended' | 'killed'> {
  const until = begun() + folds
  const child = spawn(process.execPath, ['--conditions=@diapason/source', 'everything.mjs'], { cwd: project.folder })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += String(part)))
  const watch = setInterval(() => {
    if (begun() < until) return
    clearInterval(watch)
    setTimeout(() => child.kill('SIGKILL'), ms)
  }, 1)
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('close', (...how) => resolve(how))
  })
  clearInterval(watch)
  if (signal === 'SIGKILL') return 'killed'
  expect(code, text).toBe(0)
  expect(text).toMatch(/^mean 0\.\d+\n$/)
  return 'ended'
}

/** Folds whose scores are kept, each once: what a lost trial had is in the one that took its place. */
async function foldsKept(): Promise<number> {
  let folds = 0
  for (const { name } of await listStudies(STORAGE)) {
    await using study = await openStudy({ storage: STORAGE, name })
    const ended = (trial: TrialRecord) => trial.state === 'complete' || trial.state === 'pruned'
    for (const trial of study.trials.filter(ended)) folds += Object.keys(trial.userAttrs.foldScores ?? {}).length
    if (study.userAttrs.outerScore !== undefined) folds++
  }
  return folds
}

test('whatever is killed, whenever, goes on without repeating a fold that had ended', {
  timeout: 240_000,
}, async () => {
  const moment = fc.record({ folds: fc.integer({ min: 1, max: 45 }), ms: fc.integer({ min: 0, max: 16 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 3, maxLength: 3 }), async (moments) => {
      for (const file of ['begun.txt', 'stages.txt', 'all.db', 'all.db-wal', 'all.db-shm'])
        rmSync(join(project.folder, file), { force: true })
      let kills = 0
      for (const { folds, ms } of moments) if ((await runUntil(folds, ms)) === 'killed') kills++
      await runUntil(Number.POSITIVE_INFINITY, 0)
      const kept = await foldsKept()
      // One fold trains at a time, so that each kill costs one at most.
      expect(begun() - kept).toBeLessThanOrEqual(kills)
      expect(begun()).toBeGreaterThanOrEqual(kept)
      await using study = await openStudy({ storage: STORAGE, name: 'search' })
      const complete = study.trials.filter(({ state }) => state === 'complete')
      const of = (attr: string) => complete.filter(({ systemAttrs }) => systemAttrs[attr] !== undefined).length
      expect([of('diapason:repeats'), of('diapason:ablates')]).toEqual([6, 6])
      const searched = study.trials.filter(
        ({ state, systemAttrs }) =>
          (state === 'complete' || state === 'pruned') &&
          systemAttrs['diapason:repeats'] === undefined &&
          systemAttrs['diapason:ablates'] === undefined,
      )
      expect(searched).toHaveLength(7)
    }),
    { numRuns: 2 },
  )
})
