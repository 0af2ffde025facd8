// The root entry in a browser: bundled as a web page's bundler would, held under a size, and tuned with in headless Chromium. Needs
// `npm run build` first, and Chromium (CHROMIUM, or /usr/bin/chromium).
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { ROOT } from './packed.mjs'

/** Everything the entry exports, minified and compressed: CMA-ES took it from 56 to 60.8, the Wilcoxon pruner to 61.3, constraints (`where`, `constrain`), priors, promotion and the cost of a trial to 66.1, NSGA-II and III to 68.6. What a page does not import it does not load. */
const MAX_GZIP_KB = 72

// No Node built-in can be resolved for this platform, so one that slips into the entry fails the build.
async function bundle(contents) {
  const result = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
    logLevel: 'error',
  })
  return result.outputFiles[0].text
}

const PAGE = `
import { branch, createStudy, float, int } from 'diapason'

window.tune = async () => {
  const study = await createStudy({
    name: 'in a browser',
    goals: { loss: 'minimize' },
    seed: 1,
    space: {
      x: float(-5, 10),
      y: float(0, 15),
      kind: branch('name', { plain: {}, shifted: { by: int(1, 9) } }),
    },
  })
  await study.optimize(async ({ x, y, kind }) => {
    const bowl = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6
    const shift = kind.name === 'shifted' ? kind.by : 0
    return bowl ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10 + shift
  }, { trials: 50 })
  let refused = ''
  await createStudy({ name: 'no file here', goals: { loss: 'minimize' }, space: { x: float(0, 1) }, storage: 'sqlite:a.db' })
    .catch((error) => { refused = error.message })
  return { trials: study.trials.map(({ state }) => state), best: study.best.values.loss, refused }
}
`

async function tuneInChromium(script) {
  const server = createServer((request, response) => {
    const isScript = request.url === '/tune.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(
      isScript ? script : '<!doctype html><title>diapason</title><script type="module" src="/tune.js"></script>',
    )
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'].concat([
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ]),
  })
  try {
    const page = await browser.newPage()
    const errors = []
    page.on('pageerror', (error) => errors.push(error))
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    await page.waitForFunction('window.tune', undefined, { timeout: 20_000 }).catch((cause) => {
      throw errors[0] ?? cause
    })
    return await page.evaluate('window.tune()')
  } finally {
    await browser.close()
    server.close()
  }
}

const kilobytes = gzipSync(await bundle("export * from 'diapason'")).length / 1024
assert.ok(kilobytes <= MAX_GZIP_KB, `the root entry weighs ${kilobytes.toFixed(1)} KB, the ceiling is ${MAX_GZIP_KB}`)
const { trials, best, refused } = await tuneInChromium(await bundle(PAGE))
assert.equal(trials.length, 50)
assert.deepEqual([...new Set(trials)], ['complete'])
// The minimum is 0.398; 50 random points reach 2.3 in the median.
assert.ok(best < 1.5, `50 trials should come near 0.398, got ${best}`)
assert.match(refused, /SQLite/i)
console.log(`browser test ok: ${kilobytes.toFixed(1)} KB gzipped; best of 50 trials in Chromium ${best.toFixed(3)}`)
