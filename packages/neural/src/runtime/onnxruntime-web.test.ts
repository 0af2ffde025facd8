import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { RuntimeError } from '../errors.ts'
import { createWebRuntime } from './onnxruntime-web.ts'

const wasm = createWebRuntime({ provider: 'wasm', load: () => import('onnxruntime-web'), hasThreads: true })

describe('WebAssembly', () => {
  test('gives the losses that onnxruntime-node gives, and timers their turn', { timeout: 60_000 }, async () => {
    const [node, web] = await Promise.all([trainIn("{ kind: 'node' }"), trainIn("{ kind: 'wasm' }")])
    expect(node.losses[2]).toBeLessThan(0.9 * (node.losses[0] ?? 0))
    // Single precision, sums in another order: 1e-5 of the value.
    for (const [i, loss] of web.losses.entries()) expect(loss / (node.losses[i] ?? 0)).toBeCloseTo(1, 5)
    expect(web.ticks).toBeGreaterThan(5)
  })

  test('a graph that it does not understand, and a package that is not there, are typed errors', async () => {
    await expect(wasm.createSession(Uint8Array.of(1, 2, 3), { threads: 1, isLarge: false })).rejects.toThrow(
      RuntimeError,
    )
    const absent = createWebRuntime({
      provider: 'wasm',
      load: () => Promise.reject(new Error('Cannot find package')),
      hasThreads: true,
    })
    await expect(absent.createSession(new Uint8Array(0), { threads: 1, isLarge: false })).rejects.toThrow(
      /npm i onnxruntime-web/,
    )
  })
})

describe('the automatic choice in Node', () => {
  test('is onnxruntime-node where it is installed', async () => {
    expect(await describeIn('')).toMatch(/^node onnxruntime-node on /)
  })

  test('falls back to WebAssembly without it, trains there, and says why', { timeout: 60_000 }, async () => {
    const text = await describeIn(without('onnxruntime-node'), TRAIN)
    expect(text).toMatch(
      /^wasm onnxruntime-web on WebAssembly, because onnxruntime-node cannot be loaded \(not here\)\nlower$/,
    )
  })

  test('the slower choice is said aloud, but for who asked for it', async () => {
    const train = "await neural.describeRuntime(); console.log('chosen')"
    const asked = "neural.configureRuntime({ kind: 'wasm' });"
    const run = (program: string) =>
      promisify(execFile)(process.execPath, [...nodeFlags(without('onnxruntime-node')), importing(program)], {
        cwd: import.meta.dirname,
      })
    expect((await run(train)).stderr).toMatch(
      /Networks train on WebAssembly.*because onnxruntime-node cannot be loaded/,
    )
    expect((await run(`${asked} ${train}`)).stderr).not.toMatch(/Networks train/)
  })

  test('is refused where there is neither, and when made too late', async () => {
    const hooks = without('onnxruntime-node', 'onnxruntime-web')
    expect(await describeIn(hooks, '').catch((error: unknown) => String(error))).toMatch(
      /RuntimeError: There is nothing to train with/,
    )
    const late = "try { neural.configureRuntime({ kind: 'wasm' }) } catch (error) { console.log(error.message) }"
    expect(await describeIn('', late)).toMatch(/chosen already\. Call configureRuntime before/)
  })
})

/** Losses of three epochs on fixed data, and how often a timer of 1 ms came to its turn meanwhile. */
async function trainIn(runtime: string): Promise<{ losses: number[]; ticks: number }> {
  const program = `
    import * as neural from '@diapason/neural'
    neural.configureRuntime(${runtime})
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    const parts = neural.prepare(await neural.iris(), { seed: 1 })
    const layers = [neural.dense(32), neural.activation('relu'), neural.dense(3)]
    const model = neural.createModel(neural.defineNetwork({ inputs: 4, layers }), { seed: 1 })
    const losses = []
    const options = { optimizer: { kind: 'adam', learningRate: 0.01 }, epochs: 3, batchSize: 8 }
    for await (const epoch of neural.train(model, parts, options)) losses.push(epoch.trainingLoss, epoch.validationLoss)
    clearInterval(timer)
    console.log(JSON.stringify({ losses, ticks }))`
  return JSON.parse(await runNode([], program)) as { losses: number[]; ticks: number }
}

/** A preload that makes packages look uninstalled. */
const without = (...names: string[]): string => `
  import { registerHooks } from 'node:module'
  registerHooks({ resolve: (name, context, next) => {
    if (${JSON.stringify(names)}.includes(name)) throw new Error('not here')
    return next(name, context)
  } })`

const TRAIN = `
  const parts = neural.prepare(await neural.iris(), { seed: 1 })
  const network = neural.defineNetwork({ inputs: 4, layers: [neural.dense(3)] })
  const found = []
  const optimizer = { kind: 'adam', learningRate: 0.05 }
  for await (const epoch of neural.train(neural.createModel(network), parts, { optimizer, epochs: 3 })) found.push(epoch.trainingLoss)
  console.log(found[2] < found[0] ? 'lower' : found)`

/** What a fresh process says that it trains with, and what `then` prints. */
async function describeIn(preload: string, then = ''): Promise<string> {
  const program = `
    import * as neural from '@diapason/neural'
    const { kind, text } = await neural.describeRuntime()
    console.log(kind, text)
    ${then}`
  return await runNode(preload ? ['--import', `data:text/javascript,${encodeURIComponent(preload)}`] : [], program)
}

const nodeFlags = (preload: string): string[] => [
  '--conditions=@diapason/source',
  '--import',
  `data:text/javascript,${encodeURIComponent(preload)}`,
  '--input-type=module',
  '--eval',
]
const importing = (program: string): string => `import * as neural from '@diapason/neural'; ${program}`

async function runNode(flags: readonly string[], program: string): Promise<string> {
  const args = ['--conditions=@diapason/source', ...flags, '--input-type=module', '--eval', program]
  return (await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })).stdout.trim()
}
