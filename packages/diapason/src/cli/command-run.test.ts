import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { openStudy } from '../study/create-study.ts'
import { temporaryProject } from './temporary-project.ts'

const BOWL = `#!/bin/sh
# Somebody's script: it takes two numbers and prints its loss.
echo "training with x=$1 y=$2"
echo "loss: $(awk "BEGIN { print ($1 - 1) ^ 2 + ($2 + 2) ^ 2 }")"
`

const project = temporaryProject({
  'bowl.sh': BOWL,
  'echo.sh': 'echo "$@"; env | grep ^DIAPASON_ | sort; cat "$DIAPASON_PARAMS_FILE"; echo "loss=1"',
  'resumes.sh': 'ls "$DIAPASON_CHECKPOINT_DIR"; echo done > "$DIAPASON_CHECKPOINT_DIR/epoch-1"; echo loss=1; sleep 30',
  'stays.sh': 'echo $$ >> pids; sleep 60 & echo $! >> pids; trap "" TERM; while :; do sleep 1; done',
  'climbs.sh': `at="$DIAPASON_CHECKPOINT_DIR/epoch"
from=$(cat "$at" 2> /dev/null || echo 0)
for e in $(seq $((from + 1)) 9); do
  echo $e > "$at"; echo "$1 $e" >> trained; echo "epoch $e loss: $1"
  case $e in 1 | 3) sleep 1 ;; esac # long enough to be ended here
done`,
  'epochs.sh': 'for e in 1 2 3 4; do echo "epoch $e loss: $1"; sleep 0.05; done',
})
afterAll(() => project[Symbol.dispose]())

const open = (name: string) => openStudy({ storage: `sqlite:${join(project.folder, 'diapason.db')}`, name })
const fileOf = (study: string, trial: number, file: string) =>
  join(project.folder, 'diapason.trials', study, String(trial), file)
const logOf = (study: string, trial: number) => readFileSync(fileOf(study, trial, 'log.txt'), 'utf8')

const XY = ['--param', 'x=float -5..5 default 4', '--param', 'y=float -5..5', '--goal', 'minimize loss']

describe('diapason run -- command', { timeout: 60_000 }, () => {
  test('tunes a script that knows nothing of it, keeps a log a trial, and says how to go on', async () => {
    const args = ['--trials', '6', '--seed', '1', '--', 'sh', 'bowl.sh', '{x}', '{y}']
    const { code, stdout, stderr } = await project.run('run', ...XY, ...args)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain('trial 0: training with x=4 y=0')
    expect(stdout).toContain('1 command at a time')
    expect(stdout).toMatch(/go on: .* --resume --trials 12 -- sh bowl.sh '\{x\}' '\{y\}'\n/)
    await using study = await open('bowl')
    expect(study.trials.map(({ state }) => state)).toEqual(Array(6).fill('complete'))
    expect(study.trials[0]).toMatchObject({ params: { x: 4, y: 0 }, values: [13] })
    expect(logOf('bowl', 0)).toBe('training with x=4 y=0\nloss: 13\n')
    expect(existsSync(fileOf('bowl', 0, 'checkpoint'))).toBe(false)
  })

  test('a script that finds its checkpoint goes on where it was paused', async () => {
    const args = ['--trials', '5', '--seed', '3', '--jobs', '2', '--sampler', 'random', '--pruner', 'promotion']
    const space = ['--param', 'x=0.0..1.0', '--goal', 'minimize loss', '--fidelity', 'epochs=1..9']
    const { code, stderr } = await project.run(
      'run',
      ...space,
      ...args,
      '--study',
      'climbs',
      '--',
      'sh',
      'climbs.sh',
      '{x}',
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await using study = await open('climbs')
    const promoted = study.trials.filter(({ systemAttrs }) => systemAttrs['diapason:continues'] !== undefined)
    expect(promoted.length).toBeGreaterThan(0)
    expect(promoted.every(({ systemAttrs }) => systemAttrs['diapason:resumed'])).toBe(true)
    const trained = readFileSync(join(project.folder, 'trained'), 'utf8').trim().split('\n')
    expect(new Set(trained).size).toBe(trained.length)
    expect(study.best.values.loss).toBe(Math.min(...study.trials.map(({ params }) => Number(params.x))))
  })

  test('gives parameters as arguments, environment and file; what takes no part goes with its flag', async () => {
    const space = [
      'opt=adam|sgd',
      'opt.sgd.momentum=0..0.9 default 0.5',
      'layers=1..2 default 1',
      'layers[].units=8..8',
    ]
    const flags = space.flatMap((param) => ['--param', param])
    const words = ['--opt', '{opt}', '--momentum', '{opt.sgd.momentum}', '--second={layers.1.units}', '{params}']
    const more = ['--trials', '1', '--study', 'echo', '--', 'sh', 'echo.sh', ...words]
    expect(await project.run('run', ...flags, '--goal', 'minimize loss', ...more)).toMatchObject({ code: 0 })
    const [first, ...rest] = logOf('echo', 0).split('\n')
    expect(first).toBe('--opt adam --opt adam --layers 1 --layers.0.units 8')
    const lines = rest.filter((line) => !/_(KEY|SEED|NAME)=/.test(line)).join('\n')
    expect(lines.replaceAll(join(project.folder, 'diapason.trials'), '…')).toBe(
      `DIAPASON_CHECKPOINT_DIR=…/echo/0/checkpoint
DIAPASON_FD=3
DIAPASON_PARAMS={"opt":{"kind":"adam"},"layers":[{"units":8}]}
DIAPASON_PARAMS_FILE=…/echo/0/params.json
DIAPASON_PARAM_LAYERS=1
DIAPASON_PARAM_LAYERS_0_UNITS=8
DIAPASON_PARAM_OPT=adam
DIAPASON_RESULTS_FILE=…/echo/0/results
DIAPASON_STUDY=echo
DIAPASON_TRIAL=0
DIAPASON_TRIAL_DIR=…/echo/0
{
  "opt": {
    "kind": "adam"
  },
  "layers": [
    {
      "units": 8
    }
  ]
}
loss=1
`,
    )
  })

  test('lines with an epoch are reports, and a trial that is pruned ends early', async () => {
    const flags = ['--param', 'x=0.0..1.0', '--goal', 'minimize loss', '--pruner', 'threshold:upper=0.5', '--seed', '1']
    const more = ['--trials', '6', '--study', 'epochs', '--', 'sh', 'epochs.sh', '{x}']
    expect(await project.run('run', ...flags, ...more)).toMatchObject({ code: 0 })
    await using study = await open('epochs')
    const ends = study.trials.map(({ state, params, reports }) => ({ state, x: Number(params.x), reports }))
    expect(new Set(ends.map(({ state }) => state))).toEqual(new Set(['complete', 'pruned']))
    for (const { state, x, reports } of ends) {
      expect(state).toBe(x > 0.5 ? 'pruned' : 'complete')
      expect(reports).toEqual((x > 0.5 ? [1] : [1, 2, 3, 4]).map((step) => [step, x]))
    }
  })

  test('logs shows what a trial wrote, and the last screen names the log of a failure', async () => {
    const command = ['--', 'sh', '-c', 'echo one; echo two; [ "$1" -gt 5 ] && exit 9; echo loss=1', 'train.sh', '{x}']
    const flags = ['--param', 'x=0..9 default 9', '--goal', 'minimize loss', '--study', 'some fail', '--seed', '1']
    const { stdout, code } = await project.run('run', ...flags, '--sampler', 'random', '--trials', '5', ...command)
    expect(code).toBe(0)
    expect(stdout).toContain('trial 0 failed: train.sh ended with exit code 9: one / two, ')
    expect(stdout).toMatch(/\na failure: +.*diapason logs 'some fail' \d\n/)
    expect((await project.run('logs', 'some fail', '0')).stdout).toBe('one\ntwo\n')
    expect((await project.run('logs', 'some fail', '0', '--tail', '1')).stdout).toBe('two\n')
    expect((await project.run('logs', 'some fail', '0', '--path')).stdout).toBe(
      `${fileOf('some_fail', 0, 'log.txt')}\n`,
    )
    expect((await project.run('logs', 'some fail', '99')).stderr).toMatch(
      /^error: Trial 99 of study some fail has no log/,
    )
    expect((await project.run('delete', 'some fail', '--yes')).stdout).toContain(
      'with its 5 trials and their files in ',
    )
    expect(existsSync(fileOf('some_fail', 0, 'log.txt'))).toBe(false)
  })

  test('a sweep file says the same, runs in its own folder, and may be resumed', async () => {
    const text = `command: sh bowl.sh {x} {y}
parameters: { x: float -5..5 default 4, y: float -5..5 default 1 }
goals: { loss: minimize }
budget: { trials: 3 }
seed: 1
`
    project.write('sweep.yaml', text)
    expect(await project.run('run', 'sweep.yaml')).toMatchObject({ code: 0, stderr: '' })
    await using study = await open('sweep')
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete'])
    expect(study.trials[0]).toMatchObject({ params: { x: 4, y: 1 }, values: [18] })
    const resumed = await project.run('run', 'sweep.yaml', '--resume', '--trials', '4', '--json')
    expect(
      resumed.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).type),
    ).toContain('result')
    expect(JSON.parse(resumed.stdout.split('\n')[0] ?? '')).toMatchObject({ type: 'start', runner: 'command' })
    await study.refresh()
    expect(study.trials).toHaveLength(4)
  })

  test('conditions on parameters and limits on the outcome, by flags and by file', async () => {
    const flags = ['--param', 'x=0..9', '--param', 'y=0..9', '--goal', 'maximize score', '--where', 'x + y <= 9']
    const script = ['--', 'sh', '-c', 'echo "score=$(($1 * $2)) memory=$1"', 'fit.sh', '{x}', '{y}']
    const args = [...flags, '--constrain', 'memory <= 3', '--study', 'fits', '--seed', '1']
    expect(await project.run('run', ...args, '--trials', '25', ...script)).toMatchObject({ code: 0, stderr: '' })
    await using study = await open('fits')
    expect(study.trials).toHaveLength(25)
    for (const { params, systemAttrs } of study.trials) {
      expect(Number(params.x) + Number(params.y)).toBeLessThanOrEqual(9)
      expect(systemAttrs['constraints:memory']).toBe(Number(params.x) - 3)
    }
    expect(Number(study.best.record.params.x)).toBeLessThanOrEqual(3)
    const shown = (await project.run('show', 'fits')).stdout
    expect(shown).toMatch(/\nwhere +x \+ y <= 9\n/)
    expect(shown).toMatch(/\ninfeasible +\d+ of 25 complete trials breaks? a constraint: memory \d+\n/)
    expect((await project.run('best', 'fits')).stderr).toMatch(/left out: trial \d+, score \d+, breaks memory by \d/)
    expect((await project.run('trials', 'fits')).stdout).toMatch(/breaks memory by \d; x \d, y \d/)
    const others = await project.run('run', ...args, '--where', 'x > 1', '--resume', '--trials', '26', ...script)
    expect(others).toMatchObject({ code: 2 })
    expect(others.stderr).toContain('(where: "x + y <= 9" instead of "x + y <= 9", "x > 1")')
    project.write(
      'fits.yaml',
      `command: sh -c 'echo "score=$(($1 * $2)) memory=$1"' fit.sh {x} {y}
parameters: { x: 0..9, y: 0..9 }
where: x + y <= 9
goals: { score: maximize }
constraints: { memory: memory <= 3 }
`,
    )
    expect(await project.run('worker', 'fits.yaml', '--storage', 'sqlite:diapason.db', '--trials', '27')).toMatchObject(
      {
        code: 0,
      },
    )
    await study.refresh()
    expect(study.trials).toHaveLength(27)
    expect(study.trials[26]?.systemAttrs).toHaveProperty(['constraints:memory'])
  })

  test.each([
    [['--where', 'x <'], "error: --where 'x <' goes wrong at character 4: it ends too early"],
    [['--where', 'z < 1'], 'there is no parameter "z". Did you mean x?'],
    [['--constrain', 'memory'], 'Character 1: it is no comparison'],
    [['--constrain', 'm <= 1', '--constrain', 'm <= 2'], "Two limits are called m. Name one of them: 'm 2: m <= 2'."],
  ])('%j: told before anything runs', async (flags, message) => {
    const args = ['--param', 'x=0..9', '--goal', 'minimize loss', ...flags, '--storage', 'memory', '--', 'true']
    const { code, stderr } = await project.run('run', ...args)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  test.each([
    ['sweep.yaml', "goals: { loss: minimize }\ncommand: 'true {x}'\nparameters: { x: 0..1 }\n"],
    ['tune.ts', ''],
  ])('a file says itself what flags say of a command: %s', async (file, text) => {
    project.write(file, text)
    const { code, stderr } = await project.run('run', file, '--where', 'x > 0')
    expect(code).toBe(2)
    expect(stderr).toContain('--where is for a command behind --. Say it in the file.')
  })

  test('a test in the sweep compares default and winner on what tuning never saw', async () => {
    const text = `command: echo "loss = {x}"
parameters: { x: 0..9 default 9 }
goals: { loss: minimize }
budget: { trials: 6 }
seed: 1
test: { command: 'echo "test accuracy: 0.$((9 - {x}))$(({seed} % 10))"', metric: test accuracy, direction: maximize }
`
    project.write('tested.yaml', text)
    const { code, stdout } = await project.run('run', 'tested.yaml', '--sampler', 'grid')
    expect(code).toBe(0)
    expect(stdout).toMatch(/accuracy|test/i)
    expect(stdout).toMatch(/95 % interval/)
    expect(existsSync(fileOf('tested', 0, '../test/9/log.txt'))).toBe(true)
  })

  test('an interrupted trial is queued again and finds its checkpoint', async () => {
    const flags = ['--param', 'x=0.0..1.0', '--goal', 'minimize loss', '--study', 'resumes', '--seed', '1']
    const command = ['--', 'sh', 'resumes.sh', '{x}']
    const first = project.start('run', ...flags, '--trials', '1', ...command)
    await expect.poll(() => existsSync(fileOf('resumes', 0, 'checkpoint/epoch-1')), { timeout: 20_000 }).toBe(true)
    first.child.kill('SIGTERM')
    expect((await first.done).code).toBe(143)
    await project.run('run', ...flags, '--trials', '1', '--resume', '--timeout', '1s', ...command)
    expect(logOf('resumes', 0)).toBe('loss=1\n')
    expect(logOf('resumes', 1)).toBe('epoch-1\nloss=1\n')
  })

  const stays = ['--param', 'x=0.0..1.0', '--goal', 'minimize loss', '--jobs', '2', '--', 'sh', 'stays.sh', '{x}']

  test.skipIf(process.platform !== 'linux').each([
    ['a second Ctrl-C', ['SIGINT', 'SIGINT'], 130],
    ['SIGTERM', ['SIGTERM'], 143],
    ['kill -9', ['SIGKILL'], null],
  ] as const)('%s leaves nothing running', async (words, signals, code) => {
    rmSync(join(project.folder, 'pids'), { force: true })
    const { child, done } = project.start('run', '--study', words, ...stays)
    const pids = () =>
      (existsSync(join(project.folder, 'pids'))
        ? readFileSync(join(project.folder, 'pids'), 'utf8').match(/\d+/g)
        : null) ?? []
    await expect.poll(() => pids().length, { timeout: 20_000 }).toBe(4)
    for (const signal of signals) {
      child.kill(signal)
      await sleep(300)
    }
    expect((await done).code).toBe(code)
    // After a kill the guardian waits for the grace, 5 s.
    await expect.poll(() => pids().filter(isRunning), { timeout: 10_000 }).toEqual([])
  })
})

/** Is there such a process, and has it not merely not been collected yet? */
function isRunning(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
