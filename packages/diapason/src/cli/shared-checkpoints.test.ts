import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openStudy } from '../study/create-study.ts'
import { continuationOf, pausedAt } from '../trial/continuation.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { temporaryProject } from './temporary-project.ts'

const EPOCHS = 9

/** Each epoch multiplies what came before by something irrational: one that is lost or repeated shows in the last bits. */
const STUDY = `import { setTimeout as sleep } from 'node:timers/promises'
import { defineStudy, float } from 'diapason'

export default defineStudy({
  goals: { loss: 'minimize' },
  space: { x: float(0, 1) },
  fidelity: { name: 'epochs', min: 1, max: ${EPOCHS} },
  async objective({ x }, trial) {
    const saved = await trial.checkpoint()
    const weights = saved?.state.weights ?? Float64Array.of(x, trial.seed % 1000)
    await trial.setAttr('drawn', trial.seed % 1000)
    for (let epoch = (saved?.step ?? 0) + 1; epoch <= ${EPOCHS}; epoch++) {
      weights[0] = Math.sin(1.7 * weights[0] + epoch + weights[1])
      await sleep(30)
      await trial.report(epoch, x + 0.01 * weights[0] / epoch, () => ({ weights }))
    }
    return x
  },
})`

const SCRIPT = `at="$DIAPASON_CHECKPOINT_DIR/epoch"
from=$(cat "$at" 2> /dev/null || echo 0)
for e in $(seq $((from + 1)) ${EPOCHS}); do
  echo $e > "$at"; echo "$1 $e" >> "$TRAINED"; echo "epoch $e loss: $1"
  case $e in 1 | 3) sleep 0.6 ;; esac # long enough to be ended here
done`

/** Two machines, as far as files go: each worker has a folder of its own, and the journal and the checkpoints are shared. */
const machines = [temporaryProject({ 'tune.ts': STUDY }), temporaryProject({ 'tune.ts': STUDY })]
const shared = mkdtempSync(join(tmpdir(), 'diapason-shared-'))
const storage = `journal:${join(shared, 'journal', 'tuning.log')}`
mkdirSync(join(shared, 'journal'))
afterAll(() => {
  for (const machine of machines) machine[Symbol.dispose]()
  rmSync(shared, { recursive: true, force: true })
})

/** One machine begins the study, the other one goes on with it, and promotes what it finds paused. */
async function oneAfterTheOther(study: string, ...args: readonly string[]): Promise<readonly TrialRecord[]> {
  const flags = ['--storage', storage, '--study', study, '--sampler', 'random', '--pruner', 'promotion']
  const [first, second] = machines
  const begun = await first!.run('run', ...flags, '--trials', '6', '--seed', '5', '--confirm', '0', ...args)
  expect({ code: begun.code, stderr: begun.stderr }).toEqual({ code: 0, stderr: '' })
  const joined = await second!.run('worker', ...flags, '--trials', '15', ...args)
  expect({ code: joined.code, stderr: joined.stderr }).toEqual({ code: 0, stderr: '' })
  await using opened = await openStudy({ storage, name: study })
  return opened.trials
}

/** Promotions that another worker made than the one that had paused the trial. */
function handedOver(trials: readonly TrialRecord[]): readonly TrialRecord[] {
  return trials.filter((trial) => {
    const from = trials[continuationOf(trial)?.trial ?? Number.NaN]
    return from !== undefined && from.systemAttrs['diapason:worker'] !== trial.systemAttrs['diapason:worker']
  })
}

const promotions = (trials: readonly TrialRecord[]) => trials.filter((trial) => continuationOf(trial) !== undefined)
const left = (trials: readonly TrialRecord[]) => {
  const continued = new Set(trials.map((trial) => continuationOf(trial)?.trial))
  return trials.flatMap((trial) => (pausedAt(trial) === undefined || continued.has(trial.number) ? [] : trial.number))
}

function expectUninterrupted(trials: readonly TrialRecord[]): void {
  const complete = trials.filter(({ state }) => state === 'complete')
  expect(complete.length).toBeGreaterThan(1)
  for (const { params, reports, userAttrs } of complete)
    expect(reports).toEqual(curveOf(Number(params.x), Number(userAttrs.drawn)))
}

function curveOf(x: number, drawn: number): [number, number][] {
  let weight = x
  return Array.from({ length: EPOCHS }, (_, i) => {
    const epoch = i + 1
    weight = Math.sin(1.7 * weight + epoch + drawn)
    return [epoch, x + (0.01 * weight) / epoch]
  })
}

describe('two workers with folders of their own', { timeout: 90_000 }, () => {
  test('promote what the other has paused, to the last bit, from a folder that both were told', async () => {
    const folder = join(shared, 'checkpoints')
    const trials = await oneAfterTheOther('tune', '--checkpoints', folder, 'tune.ts')
    expect(handedOver(trials).length).toBeGreaterThan(0)
    for (const trial of promotions(trials)) expect(trial.systemAttrs['diapason:resumed']).toBe(true)
    expectUninterrupted(trials)
    // What was continued, by whomever, has left nothing behind.
    expect(readdirSync(folder)).toEqual(['tune-0'])
    const files = readdirSync(join(folder, 'tune-0'))
    expect(files.sort()).toEqual(
      left(trials)
        .map((number) => `${number}.checkpoint`)
        .sort(),
    )
    const { code } = await machines[0]!.run('delete', 'tune', '--yes', '--storage', storage, '--checkpoints', folder)
    expect(code).toBe(0)
    expect(readdirSync(folder)).toEqual([])
  })

  test('find them beside a journal file without being told', async () => {
    const trials = await oneAfterTheOther('beside', 'tune.ts')
    expect(handedOver(trials).length).toBeGreaterThan(0)
    for (const trial of promotions(trials)) expect(trial.systemAttrs['diapason:resumed']).toBe(true)
    expectUninterrupted(trials)
    expect(readdirSync(join(shared, 'journal', 'tuning.checkpoints', '1')).length).toBe(left(trials).length)
  })

  test.skipIf(process.platform === 'win32')('and of commands, which train each epoch once', async () => {
    const trained = join(shared, 'trained')
    for (const machine of machines) writeFileSync(join(machine.folder, 'climbs.sh'), `TRAINED=${trained}\n${SCRIPT}`)
    const space = ['--param', 'x=0.0..1.0', '--goal', 'minimize loss', '--fidelity', `epochs=1..${EPOCHS}`]
    const folder = join(shared, 'of commands')
    const command = ['--', 'sh', 'climbs.sh', '{x}']
    const trials = await oneAfterTheOther('climbs', '--checkpoints', folder, ...space, ...command)
    expect(handedOver(trials).length).toBeGreaterThan(0)
    for (const trial of promotions(trials)) expect(trial.systemAttrs['diapason:resumed']).toBe(true)
    const epochs = readFileSync(trained, 'utf8').trim().split('\n')
    expect(new Set(epochs).size).toBe(epochs.length)
    expect(existsSync(join(folder, 'climbs-2'))).toBe(true)
  })
})
