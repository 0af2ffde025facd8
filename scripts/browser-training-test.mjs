// Training in headless Chromium: the same network on WebAssembly and on WebGPU, which Chromium computes in software here. Needs
// `npm run build` first, and Chromium (CHROMIUM, or /usr/bin/chromium).
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { ROOT } from './packed.mjs'

/** Sums of a thousand float32 in another order differ so much, relative to the loss. */
const TOLERANCE = 1e-5

const PAGE = `
import {
  activation, batchNorm, classification, configureRuntime, conv2d, createModel, defineNetwork, dense, describeRuntime, flatten, maxPool, train,
} from '@diapason/neural'

const COUNT = 64
const featureShape = [1, 8, 8]
const features = Float32Array.from({ length: COUNT * 64 }, (_, i) => Math.sin(i * i))
const labels = Int32Array.from({ length: COUNT }, (_, i) => Number(features[64 * i] > 0))

window.trainOn = async (kind) => {
  configureRuntime({ kind, wasmFiles: new URL('/', location.href).href })
  const layers = [conv2d(4, 3, { padding: 'same' }), batchNorm(), activation('relu'), maxPool(2), flatten(), dense(2)]
  const model = createModel(defineNetwork({ inputs: featureShape, layers }), { seed: 1 })
  const training = classification({ features, featureShape, labels })
  const losses = []
  const recipe = { optimizer: { kind: 'adam', learningRate: 1e-2 }, epochs: 3, batchSize: 32 }
  for await (const { trainingLoss } of train(model, { training }, recipe)) losses.push(trainingLoss)
  return { chosen: await describeRuntime(), losses }
}

window.adapter = async () => (await navigator.gpu?.requestAdapter())?.info.architecture
`

async function bundle() {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: ROOT, sourcefile: 'page.js' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
    outdir: 'served',
    logLevel: 'error',
  })
  return new Map(outputFiles.map(({ path, contents }) => [`/${basename(path)}`, contents]))
}

const scripts = await bundle()
const server = createServer(async (request, response) => {
  const path = request.url ?? '/'
  if (path === '/') {
    response.setHeader('content-type', 'text/html').end('<script type="module" src="/stdin.js"></script>')
    return
  }
  const shipped = join(ROOT, 'node_modules/onnxruntime-web/dist', basename(path))
  const content = scripts.get(path) ?? (await readFile(shipped).catch(() => undefined))
  response.setHeader('content-type', path.endsWith('.wasm') ? 'application/wasm' : 'text/javascript')
  response.writeHead(content ? 200 : 404).end(content)
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--no-first-run', '--disable-background-networking'].concat([
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
  ]),
})

/** A runtime is chosen once a page. */
async function openPage() {
  const page = await browser.newPage()
  const errors = []
  page.on('pageerror', (error) => errors.push(error))
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await page.waitForFunction('window.trainOn', undefined, { timeout: 60_000 }).catch((cause) => {
    throw errors[0] ?? cause
  })
  return page
}

try {
  const onWasm = await (await openPage()).evaluate("window.trainOn('wasm')")
  assert.equal(onWasm.chosen.kind, 'wasm')
  assert.ok(onWasm.losses[2] < onWasm.losses[0], `the loss should fall, got ${onWasm.losses}`)
  const page = await openPage()
  const adapter = await page.evaluate('window.adapter()')
  if (adapter === undefined) {
    console.log(
      'browser training ok on WebAssembly; WebGPU skipped: this Chromium gives no adapter, not even in software',
    )
  } else {
    const onWebGpu = await page.evaluate("window.trainOn('webgpu')")
    assert.equal(onWebGpu.chosen.kind, 'webgpu')
    const off = onWasm.losses.map((loss, i) => Math.abs(onWebGpu.losses[i] / loss - 1))
    assert.ok(
      off.every((share) => share < TOLERANCE),
      `${onWebGpu.losses} on WebGPU, ${onWasm.losses} on WebAssembly`,
    )
    const most = Math.max(...off).toExponential(0)
    console.log(
      `browser training ok: WebGPU (${adapter}) and WebAssembly end each epoch with the same loss but for ${most}`,
    )
  }
} finally {
  await browser.close()
  server.close()
}
