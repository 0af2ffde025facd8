import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openStudy } from '../study/create-study.ts'
import { temporaryProject } from './temporary-project.ts'

const BOWL = `import { defineStudy, float, type LiveTrial } from 'diapason'

export default defineStudy({
  goals: { loss: 'minimize' },
  space: { x: float(-5, 5, { default: 4 }), y: float(-5, 5, { default: -4 }) },
  objective({ x, y }) {
    console.log('x is', x)
    return (x - 1) ** 2 + (y + 2) ** 2
  },
})`

const project = temporaryProject({
  'bowl.ts': BOWL,
  'package.json': '{ "type": "commonjs" }', // as npm init writes it
  'failing.ts': BOWL.replace('return', "if (x > -9) throw new Error('no data')\n    return"),
  'tested.ts': BOWL.replace(/\}\)$/, '  test: async ({ x }) => [x < 3 ? 1 : 0, 1, x < 2 ? 1 : 0, 0],\n})'),
  'sometimes.ts': BOWL.replace('return', 'if (x < 0) process.exit(7)\n    return'),
})
afterAll(() => project[Symbol.dispose]())

const open = (name: string, file = 'diapason.db') =>
  openStudy({ storage: `sqlite:${join(project.folder, file)}`, name })

async function paramsOf(name: string) {
  await using study = await open(name)
  return study.trials.map(({ params }) => params)
}

const events = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly [key: string]: unknown; readonly type: string })

describe('diapason run', { timeout: 60_000 }, () => {
  test('tunes with a default budget, keeps the study, and says both', async () => {
    const { code, stdout, stderr } = await project.run('run', 'bowl.ts', '--seed', '1')
    expect(stderr).toBe('')
    expect(stdout).toContain('it goes to diapason.db in this folder')
    expect(stdout).toContain('Nobody gave a budget: 50 trials')
    expect(stdout).toMatch(/trial 0: x is 4\n/)
    expect(code).toBe(0)
    await using study = await open('bowl')
    expect(study.trials).toHaveLength(50)
    expect(study.best.values.loss).toBeLessThan(0.5)
  })

  test('refuses a study that is there, and goes on with it by --resume to a total', async () => {
    const refused = await project.run('run', 'bowl.ts', '--trials', '52')
    expect(refused.stderr).toMatch(/^error: Study "bowl" is in sqlite:diapason.db already, with 50 trials. .*--resume/)
    expect(refused.code).toBe(2)
    const resumed = await project.run('run', 'bowl.ts', '--trials', '52', '--resume', '--quiet')
    expect(resumed.code).toBe(0)
    expect(await paramsOf('bowl')).toHaveLength(52)
    const again = await project.run('run', 'bowl.ts', '--trials', '52', '--resume')
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('raise --trials') })
    expect(await paramsOf('bowl')).toHaveLength(52)
  })

  test('tries what is known to be good for a kind of network after the default, unless told not to', async () => {
    project.write(
      'rated.ts',
      BOWL.replace('y: float(', 'lr: float(1e-6, 1, { log: true }), y: float(').replace(
        'space',
        "knownGood: 'recurrent',\n  space",
      ),
    )
    const start = ['run', 'rated.ts', '--in-process', '--trials', '5', '--sampler', 'random', '--study']
    const { stdout } = await project.run(...start, 'known')
    expect(stdout).toContain('known to be good (lr): opt_list (L. Metz et al., 2020)')
    expect((await paramsOf('known')).map(({ lr }) => Number(Number(lr).toPrecision(4)))).toEqual([
      0.001,
      0.001195,
      0.000212,
      0.001749,
      expect.any(Number),
    ])
    expect((await project.run(...start, 'own', '--known-good', 'off')).stdout).not.toContain('known to be good')
    expect((await project.run(...start, 'wrong', '--known-good', 'linear')).code).toBe(2)
  })

  test('goes from the default to the winner, one change at a time, within the trainings that --ablate allows', async () => {
    const start = ['run', 'bowl.ts', '--study', 'bowl-way', '--storage', 'sqlite:way.db', '--seed', '1']
    const { code, stdout } = await project.run(...start, '--trials', '10', '--ablate', '9')
    expect(code).toBe(0)
    expect(stdout).toMatch(/earned {6}[xy] \S+ → \S+ +\+\S+ +the same each time\n +[xy] .*\n +all together +\+/)
    const trials = await open('bowl-way', 'way.db').then((study) => study.trials.length)
    // Two candidates of the first step; the objective has no noise, which a repeat or two of each node tells.
    expect(trials).toBeLessThanOrEqual(19)
    const resumed = await project.run(...start, '--trials', '10', '--resume', '--ablate', '9', '--json')
    const { report } = events(resumed.stdout).at(-1) as unknown as { report: { ablation: object } }
    expect(report.ablation).toMatchObject({ noise: 0, steps: [{ changes: [{}] }, { changes: [{}] }] })
    expect(await open('bowl-way', 'way.db').then((study) => study.trials.length)).toBe(trials)
  })

  test('same seed, same trials: in a worker or in this process, in one go or resumed', async () => {
    const start = ['run', 'bowl.ts', '--seed', '1', '--quiet', '--study']
    const here = project.run(...start, 'here', '--in-process', '--trials', '15')
    await project.run(...start, 'parts', '--trials', '12')
    await project.run('run', 'bowl.ts', '--quiet', '--study', 'parts', '--resume', '--trials', '15')
    await here
    const first = (await paramsOf('bowl')).slice(0, 15)
    expect(await paramsOf('here')).toEqual(first)
    expect(await paramsOf('parts')).toEqual(first)
  })

  test('with two jobs the trials of a sampler that ignores results are the same in any order of their ends', async () => {
    const run = (jobs: string) => {
      const flags = ['--sampler', 'quasi-random', '--jobs', jobs, '--study', `jobs${jobs}`]
      return project.run('run', 'bowl.ts', '--seed', '3', '--trials', '8', '--quiet', ...flags)
    }
    await Promise.all(['1', '2'].map(run))
    expect(await paramsOf('jobs2')).toEqual(await paramsOf('jobs1'))
  })

  test('--json writes one event a line, each of a documented type', async () => {
    const { code, stdout } = await project.run('run', 'bowl.ts', '--trials', '3', '--json', '--storage', 'memory')
    const documented = readFileSync(new URL('live/json-events.ts', import.meta.url), 'utf8')
    const types = [...documented.matchAll(/type: '([a-z-]+)'/g)].map(([, type]) => type)
    const list = events(stdout)
    expect(code).toBe(0)
    expect(types).toEqual(expect.arrayContaining([...new Set(list.map(({ type }) => type))]))
    expect(list[0]).toMatchObject({ type: 'start', study: 'bowl', budget: { trials: 3 } })
    expect(list.filter(({ type }) => type === 'trial-end')).toHaveLength(3)
    expect(list.filter(({ type }) => type === 'output').map(({ line }) => line)).toContain('x is 4')
    expect(list.at(-1)?.type).toBe('result')
  })

  test('--tests says over how many seeds default and winner are tested; 0: not at all', async () => {
    const run = async (...tests: string[]) => {
      const flags = ['--trials', '20', '--seed', '1', '--json', '--storage', 'memory']
      const { stdout } = await project.run('run', 'tested.ts', ...flags, ...tests)
      return events(stdout).at(-1)
    }
    expect(await run()).toMatchObject({ type: 'result', report: { test: { seeds: 5 } } })
    expect(await run('--tests', '3')).toMatchObject({ type: 'result', report: { test: { seeds: 3 } } })
    expect(await run('--tests', '0')).toMatchObject({ type: 'result', report: { test: null } })
  })

  test('a worker that exits fails its trial alone; a run in which all fail ends with code 1 and the first cause', async () => {
    const [some, all, few] = await Promise.all([
      project.run('run', 'sometimes.ts', '--trials', '6', '--seed', '2', '--sampler', 'random'),
      project.run('run', 'failing.ts', '--quiet'),
      project.run('run', 'failing.ts', '--quiet', '--trials', '2', '--study', 'few'),
    ])
    expect(some.code).toBe(0)
    await using study = await open('sometimes')
    expect(study.trials.map(({ params, state }) => [Number(params.x) < 0, state])).toEqual(
      study.trials.map(({ params }) => (Number(params.x) < 0 ? [true, 'failed'] : [false, 'complete'])),
    )
    expect(study.trials.find(({ state }) => state === 'failed')).toMatchObject({
      reason: 'the worker process ended before the trial did (exit code 7)',
    })
    expect(all.code).toBe(1)
    expect(all.stderr).toMatch(/^error: 10 trials in a row failed; .*trial 0: no data \(failing.ts:8:\d+\)\. .*\n$/)
    expect(few).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: No trial was completed; .*no data/) })
  })

  test('stops at a target', async () => {
    const args = ['--target', '5', '--trials', '40', '--seed', '1', '--study', 'target', '--quiet']
    expect((await project.run('run', 'bowl.ts', ...args)).code).toBe(0)
    await using study = await open('target')
    expect(study.trials.length).toBeLessThan(40)
    expect(study.best.values.loss).toBeLessThanOrEqual(5)
  })

  test('prints help with examples, and its version', async () => {
    const help = await project.run('run', '--help')
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('diapason run tune.ts --time 10m --jobs 4') })
    expect(await project.run('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })
})
