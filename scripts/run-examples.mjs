// Every example runs: study files for three trials through the command line, anything else as a program. Each in an empty folder of its
// own, so that an example which leaves files behind leaves them there.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inTemporaryFolder, ROOT } from './packed.mjs'

const TRIALS = '3'
const TIMEOUT_MS = 180_000

await inTemporaryFolder('examples', (folder) => {
  const examples = readdirSync(join(ROOT, 'examples')).filter(
    (name) => /\.(ts|mts|mjs|js)$/.test(name) && !name.includes('.test'),
  )
  if (examples.length === 0) throw new Error('examples/ holds no example')
  for (const name of examples.sort()) runExample(name, join(folder, name))
})

function runExample(name, cwd) {
  mkdirSync(cwd)
  const file = join(ROOT, 'examples', name)
  const isStudyFile = /export default defineStudy\(/.test(readFileSync(file, 'utf8'))
  const program = isStudyFile
    ? [join(ROOT, 'packages/diapason/src/cli/main.ts'), 'run', file, '--trials', TRIALS]
    : [file]
  const started = performance.now()
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@diapason/source', '--disable-warning=ExperimentalWarning', ...program],
    { cwd, encoding: 'utf8', timeout: TIMEOUT_MS },
  )
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (status === 0) return console.log(`example ok: ${name}${isStudyFile ? `, ${TRIALS} trials` : ''}, ${seconds} s`)
  console.error(stdout)
  console.error(stderr)
  console.error(`example failed: ${name}, ${signal ?? `exit ${status}`} after ${seconds} s`)
  process.exit(1)
}
