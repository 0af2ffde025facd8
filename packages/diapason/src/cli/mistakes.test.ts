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

/** Command, and what its one line on stderr must say. */
const MISTAKES: readonly (readonly [command: string, line: RegExp])[] = [
  ['run good.ts --trails 3', /unknown option '--trails' \(Did you mean --trials\?\)/],
  ['rnu good.ts', /unknown command 'rnu' \(Did you mean run\?\)/],
  ['run', /missing required argument 'file'/],
  ['run good.ts --trials many', /'--trials <n>' argument 'many' is invalid. Give a whole number/],
  ['run good.ts --time 5y', /'5y' is invalid. Give a number with a unit/],
  ['run good.ts --sampler tea', /There is no sampler "tea". Known: auto, gp, tpe, random/],
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
        ended.set(command, await project.run(...command.split(' ')))
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
