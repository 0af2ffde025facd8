import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { layerProblems } from './check-layers.mjs'

const LIBRARY = 'packages/diapason/src'
let root = ''
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** The complaints about a repository of these files, each reduced to file and import. */
function problemsOf(files: Record<string, string>): string[] {
  root = mkdtempSync(join(tmpdir(), 'layers-'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return layerProblems(root)
}

it('accepts arrows that point down', () => {
  const problems = problemsOf({
    [`${LIBRARY}/errors.ts`]:
      '/** `import { x } from "../study/x.ts"` in a comment counts for nothing. */\nexport class E {}',
    [`${LIBRARY}/space/a.ts`]: "import { E } from '../errors.ts'\nimport { b } from './b.ts'",
    [`${LIBRARY}/space/b.ts`]: "// import { a } from './a.ts'\nexport const b = 1",
    [`${LIBRARY}/storage/sqlite.ts`]: "import { DatabaseSync } from 'node:sqlite'\nimport { Kysely } from 'kysely'",
    [`${LIBRARY}/study/open.ts`]: "const { open } = await import('#sqlite')\nimport type { A } from '../space/a.ts'",
    [`${LIBRARY}/cli/demo.ts`]: "const neural = await import('@diapason/neural')\nimport { x } from '../study/open.ts'",
    [`${LIBRARY}/testing/suite.ts`]: "import { it } from 'vitest'\nimport { x } from '../study/open.ts'",
    [`${LIBRARY}/index.ts`]: "export { x } from './study/open.ts'",
    [`${LIBRARY}/space/a.test.ts`]: "import { x } from '../testing/suite.ts'\nimport 'node:fs'",
    'packages/neural/src/train.ts': "import { float } from 'diapason'\nimport { y } from './y.ts'",
    'packages/neural/src/y.test.ts': "import { describeSampler } from 'diapason/testing'",
  })
  expect(problems).toEqual([])
})

it.each([
  ['up', 'space/a.ts', "import { S } from '../study/s.ts'", '"space" may only use layers below it'],
  ['up, for a type', 'math/a.ts', "import type { S } from '../trial/s.ts'", '"math" may only use layers below it'],
  ['up, over several lines', 'space/a.ts', "import {\n  S,\n  T,\n} from '../study/s.ts'", 'may only use layers below'],
  ['up, by export', 'space/a.ts', "export * from '../study/s.ts'", 'may only use layers below'],
  ['up, on demand', 'space/a.ts', "const s = await import('../study/s.ts')", 'may only use layers below'],
  ['sideways', 'samplers/a.ts', "import { p } from '../pruners/p.ts'", 'may only use layers below it'],
  ['a subpath from below', 'trial/a.ts', "import { s } from '#sqlite'", 'may only use layers below it'],
  ['the suites', 'study/a.ts', "import { s } from '../testing/s.ts'", 'nobody may import testing'],
  ['the entry', 'cli/a.ts', "import { s } from '../index.ts'", 'nobody may import index.ts'],
  ['a folder without a layer', 'cli/a.ts', "import { s } from '../misc/s.ts'", '"misc" has no layer'],
  ['suites above the study', 'testing/a.ts', "import { s } from '../cli/s.ts'", 'may only use layers below it'],
  ['Node', 'study/a.ts', "import { readFileSync } from 'node:fs'", 'must run in a browser too'],
  ['Node in another storage', 'storage/sql.ts', "import 'node:fs'", 'must run in a browser too'],
  ['a dependency out of place', 'study/a.ts', "import { Kysely } from 'kysely'", 'may not use the package "kysely"'],
  ['a dependency nobody named', 'math/a.ts', "import { x } from 'ml-matrix'", 'may not use the package "ml-matrix"'],
  ['the networks', 'study/a.ts', "import { n } from '@diapason/neural'", 'only the cli may load it'],
  ['the networks at once', 'cli/a.ts', "import { n } from '@diapason/neural'", 'only the cli may load it'],
  ['another package', 'cli/a.ts', "import { n } from '../../../neural/src/n.ts'", 'may not leave its own src'],
])('refuses to import %s', (_, file, text, complaint) => {
  const problems = problemsOf({ [`${LIBRARY}/${file}`]: text })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(`${LIBRARY}/${file}: imports `)
  expect(problems[0]).toContain(complaint)
})

it.each([
  ['packages/neural/src/a.ts', "import { x } from '../../diapason/src/space/x.ts'", 'by its name, not by a path'],
  ['packages/neural/src/a.ts', "import { x } from 'diapason/testing'", 'only the entry "diapason"'],
  ['packages/dashboard/src/a.ts', "import type { x } from 'diapason'", 'HTTP only'],
  ['examples/a.ts', "import { x } from '../packages/diapason/src/index.ts'", 'by its name, not by a path'],
])('refuses that %s holds %s', (file, text, complaint) => {
  const problems = problemsOf({ [file]: text })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(complaint)
})

it('refuses circles inside a folder', () => {
  const problems = problemsOf({
    [`${LIBRARY}/space/a.ts`]: "import { b } from './b.ts'",
    [`${LIBRARY}/space/b.ts`]: "import type { c } from './c.ts'",
    [`${LIBRARY}/space/c.ts`]: "import { a } from './a.ts'",
  })
  expect(problems).toEqual([
    `${LIBRARY}/space/a.ts: imports itself in a circle: space/a.ts → space/b.ts → space/c.ts → space/a.ts`,
  ])
})
