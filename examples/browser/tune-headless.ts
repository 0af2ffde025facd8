// The page in headless Chromium, for tests: npm run tune -- --trials 3
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'
import { servePage } from './serve.ts'

const trials = Number(process.argv[process.argv.indexOf('--trials') + 1] ?? 3)
const { address, server } = await servePage(0)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
try {
  const page = await browser.newPage()
  const errors: Error[] = []
  page.on('pageerror', (error) => errors.push(error))
  await page.goto(address)
  await page.waitForFunction('window.tune', undefined, { timeout: 60_000 }).catch((cause: unknown) => {
    throw errors[0] ?? cause
  })
  const result = (await page.evaluate(`window.tune(${trials})`)) as { trials: number; best: number }
  const runtime = await page.textContent('#runtime')
  assert.equal(result.trials, trials)
  assert.equal(await page.locator('#trials tr').count(), trials)
  assert.match(runtime ?? '', /WebAssembly/)
  // Guessing is right one time in ten.
  assert.ok(result.best > 0.8, `the best trial should recognise most digits, got ${result.best}`)
  console.log(`${runtime} Best of ${trials} trials: ${(100 * result.best).toFixed(1)} %`)
} finally {
  await browser.close()
  server.close()
}
