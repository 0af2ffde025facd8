// Every example runs. A file that defines a study does so for a few trials through the command line, any other file as a program, each in an empty
// folder of its own so that what it leaves behind goes with it. A folder is a project with dependencies of its own: they are installed,
// its types are checked, and its `tune` script is run.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inTemporaryFolder, ROOT } from './packed.mjs'

const TIMEOUT_MS = 300_000
const EXAMPLES = join(ROOT, 'examples')
const CLI = join(ROOT, 'packages/diapason/src/cli/main.ts')

await inTemporaryFolder('examples', (folder) => {
  const names = readdirSync(EXAMPLES).sort()
  for (const name of names) {
    const cwd = join(folder, name)
    mkdirSync(cwd)
    if (/\.m?[jt]s$/.test(name)) runFile(name, cwd)
    else if (existsSync(join(EXAMPLES, name, 'package.json'))) runProject(name, cwd)
  }
  if (readdirSync(folder).length === 0) throw new Error('examples/ holds no example')
})

function runFile(name, cwd) {
  const file = join(EXAMPLES, name)
  const definesStudy = /export default defineStudy\(/.test(readFileSync(file, 'utf8'))
  const program = definesStudy ? [CLI, 'run', file, '--trials', '3'] : [file]
  run(
    name,
    process.execPath,
    ['--conditions=@diapason/source', '--disable-warning=ExperimentalWarning', ...program],
    cwd,
  )
}

function runProject(name, cwd) {
  const project = join(EXAMPLES, name)
  run(`${name}: npm ci`, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], project)
  run(`${name}: types`, process.execPath, [join(ROOT, 'node_modules/.bin/tsc'), '-p', project], cwd)
  const storage = `sqlite:${join(cwd, 'example.db')}`
  run(`${name}: npm run tune`, 'npm', ['run', '-s', 'tune', '--', '--trials', '3', '--storage', storage], project)
}

function run(label, command, args, cwd) {
  const started = performance.now()
  const { status, signal, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: TIMEOUT_MS })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (status === 0) return console.log(`example ok: ${label}, ${seconds} s`)
  console.error(`${stdout}\n${stderr}\nexample failed: ${label}, ${signal ?? `exit ${status}`} after ${seconds} s`)
  process.exit(1)
}
