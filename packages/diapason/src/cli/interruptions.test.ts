import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, type ExpectStatic, test } from 'vitest'
import { openStudy } from '../study/create-study.ts'
import { temporaryProject } from './temporary-project.ts'

const STEADY = `import { defineStudy, float } from 'diapason'
import { setTimeout as sleep } from 'node:timers/promises'

export default defineStudy({
  goals: { loss: 'minimize' },
  space: { x: float(0, 1, { default: 0.5 }) },
  async objective({ x }, trial) {
    await trial.setAttr('pid', process.pid)
    for (let step = 1; step <= 5; step++) {
      await trial.report(step, 1)
      await sleep(60, undefined, { signal: trial.signal })
    }
    return x
  },
})`

/** Writes down each fold when it begins. */
const FOLDED = `import { crossValidated, defineStudy, float, kFold } from 'diapason'
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export default defineStudy({
  goals: { score: 'maximize' },
  space: { x: float(0, 1) },
  objective: crossValidated({ splitter: kFold(4), examples: { count: 40 }, risk: 0 }, async ({ x }, { index }) => {
    appendFileSync('folds.txt', x + ' ' + index + '\\n')
    await sleep(40)
    return x
  }),
})`

/** Each epoch is written down; the state tells how many came before. */
const PROMOTED = `import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineStudy, float, promotionPruner } from 'diapason'

export default defineStudy({
  goals: { loss: 'minimize' },
  space: { x: float(0, 1) },
  fidelity: { name: 'epochs', min: 1, max: 4 },
  pruner: promotionPruner({ eta: 2 }),
  async objective({ x }, trial) {
    const saved = await trial.checkpoint()
    for (let epoch = (saved?.step ?? 0) + 1; epoch <= 4; epoch++) {
      appendFileSync('epochs.txt', x + ' ' + epoch + '\\n')
      if (saved?.state !== undefined && saved.state.epoch !== saved.step) throw new Error('not my state')
      await sleep(20)
      await trial.report(epoch, x, () => ({ epoch }))
    }
    if (saved !== undefined) console.log('came to its end from a checkpoint')
    return x
  },
})`

const project = temporaryProject({
  'folded.ts': FOLDED,
  'steady.ts': STEADY,
  'promoted.ts': PROMOTED,
  'blocked.ts': STEADY.replace('for (', 'for (;;);\n    for (').replace(
    'space:',
    'budget: { abortGraceMs: 300 },\n  space:',
  ),
})
afterAll(() => project[Symbol.dispose]())

async function trialsOf(name: string) {
  await using study = await openStudy({ storage: `sqlite:${join(project.folder, 'diapason.db')}`, name })
  return study.trials
}

const run = (name: string, ...flags: readonly string[]) =>
  project.start('run', 'steady.ts', '--study', name, '--trials', '6', '--jobs', '2', '--sampler', 'random', ...flags)

/** After whatever happened: goes on, and comes to six complete trials with the configurations that were interrupted. */
async function expectResumable(expect: ExpectStatic, name: string): Promise<void> {
  const interrupted = (await trialsOf(name)).filter(({ state }) => state !== 'complete')
  const { code, stdout } = await run(name, '--resume').done
  expect(code, stdout).toBe(0)
  const trials = await trialsOf(name)
  const complete = trials.filter(({ state }) => state === 'complete')
  expect(complete).toHaveLength(6)
  expect(trials.filter(({ state }) => state === 'running' || state === 'waiting')).toEqual([])
  for (const { params } of interrupted) {
    if (Object.keys(params).length > 0) expect(complete.map((trial) => trial.params)).toContainEqual(params)
  }
}

const isAlive = (pid: unknown) => {
  try {
    process.kill(Number(pid), 0)
    return !existsSync('/proc') || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

// At the same time, on one database: most of it is waiting.
describe.concurrent('a run that is interrupted', { timeout: 60_000 }, () => {
  test('that is killed in the middle of a promotion repeats that from its checkpoint, and nothing that had ended', async ({
    expect,
  }) => {
    const args = [
      'run',
      'promoted.ts',
      '--study',
      'promoted',
      '--trials',
      '12',
      '--jobs',
      '1',
      '--seed',
      '1',
      '--confirm',
      '0',
    ]
    const first = project.start(...args, '--sampler', 'random')
    await first.sees(/continues trial/)
    first.child.kill('SIGKILL')
    await first.done
    const before = await trialsOf('promoted')
    const lost = before.filter(({ state }) => state === 'running').map(({ params }) => params.x)
    const { code, stdout } = await project.start(...args, '--sampler', 'random', '--resume').done
    expect(code, stdout).toBe(0)
    const epochs = readFileSync(join(project.folder, 'epochs.txt'), 'utf8').trim().split('\n')
    const repeated = epochs.filter((entry, i) => epochs.indexOf(entry) < i)
    for (const entry of repeated) expect(lost).toContain(Number(entry.split(' ')[0]))
    const trials = await trialsOf('promoted')
    const promoted = trials.filter(({ systemAttrs }) => systemAttrs['diapason:continues'] !== undefined)
    const reported = promoted.filter(({ systemAttrs }) => systemAttrs['diapason:resumed'] !== undefined)
    expect(reported.length).toBeGreaterThan(1)
    expect(reported.every(({ systemAttrs }) => systemAttrs['diapason:resumed'] === true)).toBe(true)
    expect(trials.filter((trial) => trial.state === 'failed' && !trial.reason.includes('ended before'))).toEqual([])
    const paused = trials.filter(({ systemAttrs }) => systemAttrs['diapason:continues'] === undefined)
    expect(paused.filter(({ state }) => state !== 'failed')).toHaveLength(12)
  })

  test('finishes its running trials after one Ctrl-C, and can be resumed', async ({ expect }) => {
    const { child, done, sees } = run('once')
    await sees(/trial 1 complete/)
    await sleep(100) // into the next trial
    child.kill('SIGINT')
    const { code, stdout } = await done
    expect(stdout).toMatch(/finishing [12] trials?; press Ctrl-C again to stop at once/)
    expect(code).toBe(130)
    const trials = await trialsOf('once')
    expect(trials.map(({ state }) => state)).toEqual(trials.map(() => 'complete'))
    expect(trials.length).toBeLessThan(6)
    await expectResumable(expect, 'once')
  })

  test('stops at once after a second Ctrl-C, queues what it cut short, and can be resumed', async ({ expect }) => {
    const { child, done, sees } = run('twice')
    await sees(/trial 1 complete/)
    await sleep(100)
    child.kill('SIGINT')
    await sees(/finishing/)
    child.kill('SIGINT')
    const { code, stdout } = await done
    expect(stdout).toContain('what was running is queued again')
    expect(code).toBe(130)
    expect((await trialsOf('twice')).map(({ state }) => state)).toContain('waiting')
    await expectResumable(expect, 'twice')
  })

  test('stops a trial that blocks its worker, too', async ({ expect }) => {
    const { child, done, sees } = project.start('run', 'blocked.ts', '--trials', '1')
    await sees(/budget/)
    const pid = await firstPid('blocked')
    const startedAt = performance.now()
    child.kill('SIGTERM')
    const { code } = await done
    expect(code).toBe(143)
    expect(performance.now() - startedAt).toBeLessThan(9000)
    expect(isAlive(pid)).toBe(false)
  })

  test('leaves no worker behind when it is killed, and can be resumed', async ({ expect }) => {
    const { child, done, sees } = run('killed')
    await sees(/trial 1 complete/)
    await sleep(150)
    child.kill('SIGKILL')
    expect(await done).toMatchObject({ signal: 'SIGKILL' })
    const held = (await trialsOf('killed')).filter(({ state }) => state === 'running')
    expect(held.length).toBeGreaterThan(0)
    for (const { userAttrs } of held) await expect.poll(() => isAlive(userAttrs.pid), { timeout: 3000 }).toBe(false)
    await expectResumable(expect, 'killed')
  })

  test('repeats no finished fold after it was killed', async ({ expect }) => {
    const start = ['run', 'folded.ts', '--trials', '8', '--jobs', '2', '--sampler', 'random']
    const { child, done } = project.start(...start)
    const file = join(project.folder, 'folds.txt')
    const begun = () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [])
    await expect.poll(() => begun().length, { timeout: 30_000, interval: 10 }).toBeGreaterThanOrEqual(14)
    child.kill('SIGKILL')
    await done
    const finished = (await trialsOf('folded')).flatMap(({ params, userAttrs }) =>
      Object.keys(userAttrs.foldScores ?? {}).map((fold) => `${params.x} ${fold}`),
    )
    expect(finished.length).toBeGreaterThanOrEqual(10)
    const before = begun().length
    const { code, stdout } = await project.run(...start, '--resume')
    expect(code, stdout).toBe(0)
    const again = begun().slice(before)
    expect(again.filter((fold) => finished.includes(fold))).toEqual([])
    const complete = (await trialsOf('folded')).filter(({ state }) => state === 'complete')
    expect(complete).toHaveLength(8)
    for (const { userAttrs } of complete) expect(Object.keys(userAttrs.foldScores as object)).toHaveLength(4)
    // Nothing was left out, and nothing but what was cut short was begun twice.
    expect(new Set([...finished, ...again]).size).toBe(8 * 4)
    expect(again).toHaveLength(8 * 4 - finished.length)
  })

  test('leaves no worker behind when it is killed while a trial blocks', async ({ expect }) => {
    const { child, done } = project.start('run', 'blocked.ts', '--trials', '1', '--study', 'orphan')
    const pid = await firstPid('orphan')
    child.kill('SIGKILL')
    await done
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
  })

  test('ends quietly when nobody reads its output any more', async ({ expect }) => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url))
    const command = `"${process.execPath}" --conditions=@diapason/source "${main}" run steady.ts --study head | head -1`
    const shell = spawn('sh', ['-c', command], { cwd: project.folder })
    let written = ''
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (data) => (written += data))
    await new Promise((resolve) => shell.once('close', resolve))
    expect(written).toMatch(/^study head .*\n$/)
    await expect.poll(async () => (await trialsOf('head')).filter(({ state }) => state === 'running')).toEqual([])
  })
})

/** The process of the first trial of a study, once it runs. */
async function firstPid(name: string): Promise<number> {
  for (;;) {
    const pid = await trialsOf(name).then(
      ([trial]) => trial?.userAttrs.pid,
      () => undefined,
    )
    if (typeof pid === 'number') return pid
    await sleep(100)
  }
}
