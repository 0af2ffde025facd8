// Type inference stays cheap: a study over a generated space of 200 parameters is type-checked, and the work it adds to a study over one
// parameter is held under a number of type instantiations (exact, the same on every machine) and under half a second.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './packed.mjs'

const PARAMETERS = 200
const MAX_CHECK_SECONDS = 0.5
/** Measured 12,557 with TypeScript 7.0.2; raise it only for a reason. */
const MAX_INSTANTIATIONS = 14_000

const KINDS = [
  (i) => `p${i}: float(1e-5, 1, { log: true, default: 1e-3 })`,
  (i) => `p${i}: int(1, 512, { log: true, default: ${i + 1} })`,
  (i) => `p${i}: choice(['relu', 'tanh', ${i}, null])`,
  (i) =>
    `p${i}: branch('kind', { adam: { rate${i}: float(0, 1) }, sgd: { rate: float(0, 1), momentum: float(0, 1) } })`,
  (i) => `p${i}: repeat(1, 4, { units: int(16, 512), dropout${i}: float(0, 0.5) })`,
]

/** A module that declares a study over `count` parameters of all kinds and reads every one of them. */
function studyOver(count) {
  const numbers = Array.from({ length: count }, (_, i) => i)
  return `import { branch, choice, createStudy, float, type Infer, int, repeat } from 'diapason'
export const kinds = [branch, choice, float, int, repeat]
const space = {
${numbers.map((i) => `  ${KINDS[i % KINDS.length](i)},`).join('\n')}
}
export type Params = Infer<typeof space>
const study = await createStudy({ name: 'budget', goals: { loss: 'minimize' }, space })
await study.optimize(async (params) => {
  const read: Params = params
  return [${numbers.map((i) => `read.p${i}`).join(', ')}].length
}, { trials: 1 })
`
}

function measure(count) {
  // Inside the repository, so that 'diapason' resolves to the workspace's sources.
  const folder = join(ROOT, 'node_modules/.cache/diapason-type-budget')
  mkdirSync(folder, { recursive: true })
  const config = { extends: join(ROOT, 'tsconfig.json'), include: ['study.mts'], exclude: [] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'study.mts'), studyOver(count))
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  const args = [tsc, '-p', folder, '--extendedDiagnostics', '--singleThreaded']
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  const figure = (label) => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(output)?.[1])
  return { instantiations: figure('Instantiations'), seconds: figure('Check time') }
}

/** What the parameters add, in instantiations and in seconds; a busy machine is given three tries at the latter. */
function added() {
  const tries = []
  do {
    const one = measure(1)
    const many = measure(PARAMETERS)
    const seconds = Math.max(0, many.seconds - one.seconds)
    tries.push({ seconds, instantiations: many.instantiations - one.instantiations })
  } while (tries.length < 3 && tries.every(({ seconds }) => seconds > MAX_CHECK_SECONDS))
  return tries.reduce((best, next) => (next.seconds < best.seconds ? next : best))
}

const { instantiations, seconds } = added()
const cost = `${PARAMETERS} parameters cost ${instantiations} type instantiations and ${seconds.toFixed(3)} s`
if (!(instantiations <= MAX_INSTANTIATIONS && seconds <= MAX_CHECK_SECONDS)) {
  console.error(`type budget: ${cost}; the limits are ${MAX_INSTANTIATIONS} and ${MAX_CHECK_SECONDS} s`)
  process.exit(1)
}
console.log(`type budget ok: ${cost}`)
