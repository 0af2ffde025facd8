import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Finished, temporaryProject } from './temporary-project.ts'

const GOOD = `import { defineStudy, float } from 'diapason'
const goals = { loss: 'minimize' } as const
export default defineStudy({ goals, space: { x: float(0, 1) }, objective: ({ x }) => x })`

const project = temporaryProject({
  'good.ts': GOOD,
  'enum.ts': 'export const a = 1\nenum A { B }\nexport default A',
  'broken.ts': 'const x: number = 1\nconst y = = 2',
  'broken.mjs': 'const x = 1\nconst y = = 2',
  'package.ts': "import { train } from 'not-installed'\nexport default train",
  'throws.ts': "function load(): never { throw new TypeError('no data\\nat all') }\n\nexport default load()",
  'empty.ts': 'export const x = 1',
  'plain.ts': 'export default { goals: {}, space: {}, objective() {} }',
  'number.ts': 'export default 3',
  'objective.ts': GOOD.replace('({ x }) => x', 'undefined as never'),
  'goal.ts': GOOD.replace("'minimize'", "'minimise'").replace('as const', 'as never'),
  'space.ts': GOOD.replace('float(0, 1)', 'float(1, 0)'),
  'budget.ts': GOOD.replace('space:', "budget: { time: '10 fortnights' }, space:"),
  'notes.txt': 'hello',
})
afterAll(() => project[Symbol.dispose]())

/** Command (a dot stands for a space within a word), and what its one line on stderr must say. */
const MISTAKES: readonly (readonly [command: string, line: RegExp])[] = [
  ['run good.ts --trails 3', /unknown option '--trails' \(Did you mean --trials\?\)/],
  ['rnu good.ts', /unknown command 'rnu' \(Did you mean run\?\)/],
  ['run', /There is nothing to run. Give a study file, or a command behind --/],
  ['run good.ts bad.ts', /There are 2 files, good.ts and bad.ts/],
  ['run good.ts -- true', /There is a file, good.ts, and a command/],
  ['run -- true {x}', /The command has no parameters. Declare each by --param/],
  ['run --param x=0..1 -- true {x}', /Nobody said what to optimise. .*--goal 'maximize accuracy'/],
  ['run --param x=0..1 --goal best -- true', /Write 'maximize NAME' or 'minimize NAME'/],
  ['run --param x=low..high -- true', /Parameter "x": "low..high" is neither a range nor a list of options/],
  ['run --param x=2..1 --goal minimize·y -- true {x}', /Parameter "x"/],
  ['run --param o.sgd.m=0..1 --goal minimize·y -- true', /there is no parameter "o" that it depends on/],
  ['run --param o.lr=1..9 --goal minimize·y -- a {lr}', /there is no parameter "o"/],
  ['run --param learning.rate=1..9 --goal minimize·y -- a', /there is no parameter "learning"/],
  ['run --param LR=1..9 --goal minimize·y -- a {lr}', /placeholder \{lr\} names no parameter. Did you mean \{LR\}/],
  ['run --param a=1..9 --param A=1..9 --goal minimize·y -- a', /"a" and "A" share the variable DIAPASON_PARAM_A/],
  ['run --param a=1..9 --goal minimize·y --gpus 0,,1 -- a', /List devices as CUDA_VISIBLE_DEVICES takes them/],
  ['run --param a=1..9 --goal minimize·y --pattern y=( -- a', /Invalid regular expression/],
  ['run good.ts --trials many', /'--trials <n>' argument 'many' is invalid. Give a whole number/],
  ['run good.ts --tests some', /'--tests <n>' argument 'some' is invalid. Give a whole number of at least 0/],
  ['run good.ts --time 5y', /'5y' is invalid. Give a number with a unit/],
  ['run good.ts --sampler tea', /There is no sampler "tea". Known: auto, gp, tpe, cmaes, nsga2/],
  ['run good.ts --pruner asha:eta=1', /eta must be a number of at least 2/],
  ['run good.ts --sampler grid', /grid/],
  ['run good.ts --storage mysql://me:secret@host/db', /"mysql:\/\/me:\*\*\*@host\/db" is no storage/],
  ['run good.ts --in-process --memory 100', /--memory limits worker processes/],
  ['run nowhere.ts', /There is no file nowhere.ts/],
  ['run .', /\. is a folder/],
  ['run notes.txt', /notes.txt is no study file/],
  ['run enum.ts', /enum.ts:2: TypeScript enum is not supported/],
  ['run broken.ts', /broken.ts:2: syntax error: Expression expected/],
  ['run broken.mjs', /broken.mjs:2: syntax error: Unexpected token/],
  ['run package.ts', /package.ts: Cannot find package 'not-installed'. Install it: npm install not-installed/],
  ['run throws.ts', /throws.ts:1:\d+ threw while it was loaded: no data/],
  ['run empty.ts', /empty.ts has no default export. Write `export default defineStudy/],
  ['run plain.ts', /plain.ts is a plain object. Wrap it in `defineStudy/],
  ['run number.ts', /number.ts is a number, no study/],
  ['run objective.ts', /The objective of objective.ts is missing/],
  ['run goal.ts', /Goal "loss" has direction "minimise"/],
  ['run space.ts', /Parameter "x"|"x"/],
  ['run budget.ts', /budget.time is "10 fortnights"/],
]

describe('a mistake gets one line on stderr and exit code 2', () => {
  const ended = new Map<string, Finished>()
  beforeAll(async () => {
    const left = MISTAKES.map(([command]) => command)
    const work = async () => {
      for (let command = left.pop(); command !== undefined; command = left.pop()) {
        ended.set(command, await project.run(...command.split(' ').map((word) => word.replace('·', ' '))))
      }
    }
    await Promise.all([work(), work(), work()])
  }, 60_000)

  test.each(MISTAKES)('diapason %s', (command, line) => {
    const { code, stdout, stderr } = ended.get(command) as Finished
    expect(stderr).toMatch(line)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(/^error: /)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})
