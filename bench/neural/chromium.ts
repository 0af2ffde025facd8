import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { loadExamples, type Measurement, type NetworkName } from './task.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Where the .wasm files of both libraries lie. */
const WASM = [
  join(ROOT, 'node_modules/onnxruntime-web/dist'),
  join(import.meta.dirname, 'tensorflow/node_modules/@tensorflow/tfjs-backend-wasm/dist'),
]
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']

const bundles = new Map<string, Promise<ReadonlyMap<string, Uint8Array>>>()

/** Trains in a page of headless Chromium, bundled as an application would be. */
export async function measureInChromium(
  library: 'ours' | 'tensorflow',
  network: NetworkName,
  epochs: number,
): Promise<Measurement> {
  const page = library === 'ours' ? 'page-ours.ts' : 'tensorflow/page.mjs'
  const bundled = bundles.get(page) ?? bundle(page)
  bundles.set(page, bundled)
  const server = await serve(await bundled, network)
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })
  try {
    const tab = await browser.newPage()
    const address = server.address()
    await tab.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`)
    await tab.waitForFunction('window.measure', undefined, { timeout: 60_000 })
    tab.setDefaultTimeout(300_000)
    const { shape } = await loadExamples(network)
    return (await tab.evaluate(`window.measure(${JSON.stringify({ network, epochs, shape })})`)) as Measurement
  } finally {
    await browser.close()
    server.close()
  }
}

async function bundle(page: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: { page: join(import.meta.dirname, page) },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
    outdir: 'served',
    logLevel: 'error',
  })
  return new Map(outputFiles.map((file) => [`/${basename(file.path)}`, file.contents]))
}

async function serve(files: ReadonlyMap<string, Uint8Array>, network: NetworkName): Promise<Server> {
  const { features, labels } = await loadExamples(network)
  const data = new Map<string, Uint8Array>([
    ['/features', new Uint8Array(features.buffer, features.byteOffset, features.byteLength)],
    ['/labels', new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength)],
  ])
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    const content = files.get(url) ?? data.get(url)
    if (url === '/')
      response.setHeader('content-type', 'text/html').end('<script type="module" src="/page.js"></script>')
    else if (content)
      response
        .setHeader('content-type', url.endsWith('.js') ? 'text/javascript' : 'application/octet-stream')
        .end(content)
    else sendWasm(url, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function sendWasm(url: string, response: import('node:http').ServerResponse): void {
  for (const folder of WASM) {
    try {
      const content = readFileSync(join(folder, basename(url)))
      response.setHeader('content-type', url.endsWith('.wasm') ? 'application/wasm' : 'text/javascript').end(content)
      return
    } catch {
      // The other folder may have it.
    }
  }
  response.writeHead(404).end()
}
