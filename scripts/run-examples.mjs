// Every example runs. A file that defines a study does so for a few trials through the command line, any other file as a program, each in an empty
// folder of its own so that what it leaves behind goes with it. A folder with a sweep.yaml tunes a command for a few trials, with the Python in
// EXAMPLES_PYTHON where it needs one. Any other folder is a project with dependencies of its own: they are installed, its types are
// checked, and its `tune` script is run.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
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
    else if (existsSync(join(EXAMPLES, name, 'sweep.yaml'))) runSweep(name, cwd)
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

function runSweep(name, cwd) {
  const python = process.env.EXAMPLES_PYTHON ?? 'python3'
  const missing = modulesOf(join(EXAMPLES, name)).find(
    (module) => spawnSync(python, ['-c', `import ${module}`]).status !== 0,
  )
  if (missing !== undefined) {
    if (process.env.CI) throw new Error(`examples/${name}: ${python} has no ${missing}`)
    return console.log(`example skipped: ${name}, ${python} has no ${missing}`)
  }
  // The sweep says `python3`, as its reader would.
  if (process.env.EXAMPLES_PYTHON !== undefined) symlinkSync(python, join(cwd, 'python3'))
  const args = [
    'run',
    join(EXAMPLES, name, 'sweep.yaml'),
    '--trials',
    '3',
    '--storage',
    `sqlite:${join(cwd, 'example.db')}`,
  ]
  const env = { ...process.env, PATH: `${cwd}${delimiter}${process.env.PATH}` }
  run(name, process.execPath, ['--conditions=@diapason/source', CLI, ...args], cwd, env)
}

/** What the Python scripts of a folder import. */
function modulesOf(folder) {
  const scripts = readdirSync(folder).filter((file) => file.endsWith('.py'))
  const code = scripts.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
  return [...new Set([...code.matchAll(/^(?:import|from) (\w+)/gm)].map(([, module]) => module))]
}

function runProject(name, cwd) {
  const project = join(EXAMPLES, name)
  run(`${name}: npm ci`, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], project)
  run(`${name}: types`, process.execPath, [join(ROOT, 'node_modules/.bin/tsc'), '-p', project], cwd)
  const storage = `sqlite:${join(cwd, 'example.db')}`
  run(`${name}: npm run tune`, 'npm', ['run', '-s', 'tune', '--', '--trials', '3', '--storage', storage], project)
}

function run(label, command, args, cwd, env = process.env) {
  const started = performance.now()
  const { status, signal, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (status === 0) return console.log(`example ok: ${label}, ${seconds} s`)
  console.error(`${stdout}\n${stderr}\nexample failed: ${label}, ${signal ?? `exit ${status}`} after ${seconds} s`)
  process.exit(1)
}
