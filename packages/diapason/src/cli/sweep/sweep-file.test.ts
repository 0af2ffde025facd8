import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { branch, choice, float, int, repeat } from '../../space/nodes.ts'
import { loadSweepFile } from './sweep-file.ts'
import { sweepJsonSchema } from './sweep-schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'diapason-sweep-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function load(text: string, name = 'sweep.yaml') {
  const file = join(folder, name)
  writeFileSync(file, text)
  return loadSweepFile(file)
}

const FULL = `# everything at once
name: digits
command: python train.py {params}
directory: src
env: { THREADS: 1, RUN: 'run-{trial}' }
parameters:
  lr: log 1e-5..1e-1 default 1e-3
  act: [relu, tanh]
  batch: 16|32|64 default 32
  optimizer:
    kind: branch
    cases:
      adam:
      sgd: { momentum: 0.0..0.99 }
    default: sgd
  layers:
    kind: repeat
    min: 1
    max: 4
    entries:
      units: { kind: int, low: 16, high: 512, log: true }
goals:
  accuracy: maximize
  latency: minimize
fidelity: { name: epochs, min: 1, max: 27 }
sampler: random
pruner: asha:eta=4
seed: 7
storage: sqlite:digits.db
budget: { trials: 30, time: 1.5h, target: 0.99 }
resources: { jobs: 2, timeout: 10m, grace: 10s, memory: 2GB, log: 512KB, gpus: [0, 1], gpusPerTrial: 0.5 }
results: { patterns: { accuracy: 'acc (\\d+)', step: 'E(\\d+)' }, take: best, tensorboard: 'runs/{trial}', csv: log.csv }
`

describe('a sweep file', () => {
  test('says all that a study needs', () => {
    const { name, definition, command } = load(FULL)
    expect(name).toBe('sweep')
    expect(definition.settings).toMatchObject({
      name: 'digits',
      goals: { accuracy: 'maximize', latency: 'minimize' },
      fidelity: { name: 'epochs', min: 1, max: 27 },
      sampler: { name: 'random' },
      seed: 7,
      storage: 'sqlite:digits.db',
      space: {
        lr: float(1e-5, 1e-1, { log: true, default: 1e-3 }),
        act: choice(['relu', 'tanh']),
        batch: choice([16, 32, 64], { default: 32 }),
        optimizer: branch('kind', { adam: {}, sgd: { momentum: float(0, 0.99) } }, { default: 'sgd' }),
        layers: repeat(1, 4, { units: int(16, 512, { log: true }) }),
      },
    })
    expect(definition.settings.pruner?.name).toMatch(/^asha/)
    expect(definition.budget).toEqual({
      trials: 30,
      time: '1.5h',
      target: 0.99,
      concurrency: 2,
      trialTimeout: '10m',
      abortGraceMs: 10_000,
    })
    expect(command).toMatchObject({
      command: 'python train.py {params}',
      cwd: join(folder, 'src'),
      env: { THREADS: '1', RUN: 'run-{trial}' },
      fidelity: 'epochs',
      results: { patterns: { accuracy: /acc (\d+)/i, step: /E(\d+)/i }, take: 'best' },
      limits: { memoryMb: 2048, graceMs: 10_000, logBytes: 524_288 },
      gpus: { devices: ['0', '1'], perTrial: 0.5 },
    })
  })

  test('may be JSON', () => {
    const json = { command: ['a', '{lr}', 1], parameters: { lr: '0..1' }, goals: { loss: 'minimize' } }
    expect(load(JSON.stringify(json), 'sweep.json').command.command).toEqual(['a', '{lr}', '1'])
  })

  test('holds conditions on the parameters', () => {
    const text = (where: string) =>
      `command: a {x} {y}\nparameters: { x: 1..9, y: 1..9 }\ngoals: { loss: minimize }\nwhere: ${where}\n`
    const { where } = load(text("['x * y <= 40', x > y or y == 9]")).definition.settings
    expect(where?.rules).toEqual(['x * y <= 40', 'x > y or y == 9'])
    expect(where?.({}, { x: 4, y: 3 })).toBe(true)
    expect(where?.({}, { x: 9, y: 9 })).toBe('x * y <= 40 does not hold where x is 9, y is 9')
    expect(load(text('x < y')).definition.settings.where?.rules).toEqual(['x < y'])
    expect(load(text('[]')).definition.settings.where).toBeUndefined()
  })

  test('holds limits on what the script prints', () => {
    const text = `command: a {x}
parameters: { x: 1..9 }
goals: { loss: minimize }
constraints: { memory: peak / 1e9 <= 8, time: trial.seconds <= 60 }
results: { patterns: { peak: 'peak (\\d+)' } }
`
    const { constraints } = load(text).command
    expect(constraints.map(({ name, metrics }) => [name, metrics])).toEqual([
      ['memory', ['peak']],
      ['time', ['trial.seconds']],
    ])
    expect(constraints[0]?.excess({ peak: 9e9 })).toBe(1)
  })

  const base = 'command: a {lr}\nparameters:\n  lr: 0..1\ngoals: { loss: minimize }\n'
  const space = (lr: string) => `command: a {lr}\nparameters:\n  lr: ${lr}\ngoals: { loss: minimize }\n`
  test.each([
    ['command: [a, b\nparameters:\n', '2:1: Flow sequence'],
    ['command: a\nparameters:\n\tlr: 0..1\n', '3:1: Tabs are not allowed as indentation. Mend the YAML'],
    ['command: a\ncommand: b\n', '2:1: Map keys must be unique'],
    ['', '1:1: the file is empty'],
    ['parameters: { lr: 0..1 }\ngoals: { loss: minimize }', '1:1: "command" is missing. Add command'],
    [`${base}bugdet: 3`, '5:1: there is no "bugdet". Did you mean budget? Known are'],
    [`${base}budget: { trails: 3 }`, '5:11: there is no "trails" in budget'],
    [`${base}budget: { trials: 3.5 }`, '5:19: budget.trials is 3.5. Write a whole number of at least 1'],
    [`${base}budget: { time: 5 weeks }`, '5:17: budget.time is "5 weeks". Write a number with a unit'],
    [`${base}budget: { time: 3 }`, '5:17: budget.time is 3. Write a number with a unit'],
    [`${base}resources: { memory: lots }`, '5:22: resources.memory is "lots". Write a size such as 500MB'],
    [`${base}pruner: asha:eta=1`, '5:9: eta must be a number of at least 2'],
    [`${base}sampler: tea`, '5:10: There is no sampler "tea". Known'],
    [`${base}results: { patterns: { loss: '(' } }`, '5:30: Invalid regular expression'],
    [`${base}results: { patterns: { los: a } }`, '5:24: no goal or constraint asks for "los". Name one of loss, step'],
    [`${base}where: lr <`, '5:12: it ends too early. Write a name or a number'],
    [`${base}where: ['lr > 0', "lrr > 0"]`, '5:20: there is no parameter "lrr". Did you mean lr? Known are lr'],
    [`${base}where:\n  - lr > 0\n  - lr == "a"\n`, '7:11: lr is a number and "a" a text: they are never equal'],
    [`${base}where: >\n  lr\n  = 1\n`, '5:8: = is no part of an expression. Write == to compare'],
    [`${base}where: 3`, '5:8: where is 3. Write a condition such as batch * accumulate <= 512'],
    [`${base}constraints: { size: size < 3 }`, '5:27: < gives no limit to keep. Write one comparison of metrics'],
    [`${base}constraints: [size <= 3]`, '5:1: constraints is a list. Write names with values'],
    [base.replace('{lr}', '{lrr}'), '1:10: The placeholder {lrr} names no parameter. Did you mean {lr}?'],
    [base.replace('minimize', 'minimise'), '4:16: goals.loss is "minimise". Write minimize or maximize'],
    [base.replace('loss: minimize', ''), '4:1: A study needs at least one goal'],
    [space('zero..1'), '3:7: Parameter "lr": "zero..1" is neither a range nor a list of options. Write'],
    [space('12'), "3:7: parameters.lr is 12. Write 'log 1e-5..1e-1'"],
    [space('[a, a]'), '3:3: Parameter "lr": option "a" is listed twice'],
    [space('1..0'), '3:7: Parameter "lr": low 1 is above high 0'],
    [space('{ kind: flaot }'), '3:15: parameters.lr.kind is "flaot". Write one of float, int, choice, branch, repeat'],
    [space('{ kind: float, low: 1 }'), '3:3: parameters.lr lacks "high". Add high'],
    [space('{ kind: int, low: a, high: 2 }'), '3:25: parameters.lr.low is "a". Write a number'],
    [space('{ kind: branch, cases: { a: { x: oops } } }'), '3:40: Parameter "lr.a.x": "oops" is neither'],
  ])('%j: told with line and column', (text, message) => {
    expect(() => load(text)).toThrow(join(folder, 'sweep.yaml:') + message)
  })

  test('has the JSON Schema that the package ships (npm run schema)', () => {
    const shipped = readFileSync(new URL('../../../schema/sweep.json', import.meta.url), 'utf8')
    expect(JSON.parse(shipped)).toEqual(sweepJsonSchema())
  })
})
