// The page of `diapason dashboard` in real Chromium, on the build: every view in light and dark, from a phone to 4K, by mouse and by keyboard
// alone, live while trials come in, with axe, and with no request that leaves the machine. Needs `npm run build` first, and Chromium
// (CHROMIUM, or /usr/bin/chromium). `--screenshots FOLDER` keeps pictures.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { branch, choice, createStudy, float, int, medianPruner, randomSampler } from 'diapason'
import { chromium } from 'playwright-core'
import { ROOT } from './packed.mjs'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const EVIL = '<img src=x onerror="window.hacked=1">'
const at = process.argv.indexOf('--screenshots')
const pictures = at < 0 ? undefined : process.argv[at + 1]

const folder = mkdtempSync(join(tmpdir(), 'diapason-dashboard-'))
const storage = `sqlite:${join(folder, 'studies.db')}`

/** A study that looks like one of a network, without training any. */
async function sampleStudy() {
  const study = await createStudy({
    name: 'digits',
    storage,
    goals: { accuracy: 'maximize' },
    seed: 3,
    pruner: medianPruner(),
    fidelity: { name: 'epochs', min: 1, max: 27 },
    space: {
      units: int(16, 512, { log: true, default: 64 }),
      dropout: float(0, 0.5, { default: 0 }),
      activation: choice(['relu', 'tanh', 'elu'], { default: 'relu' }),
      optimizer: branch('kind', {
        adam: { learningRate: float(1e-5, 1e-1, { log: true, default: 1e-3 }) },
        sgd: { learningRate: float(1e-4, 1, { log: true, default: 1e-2 }), momentum: float(0, 0.99, { default: 0.9 }) },
      }),
    },
  })
  await study.optimize(
    async ({ units, dropout, activation, optimizer }, trial) => {
      if (trial.number === 17) throw new Error(`out of memory ${EVIL}`)
      const rate = Math.log10(optimizer.learningRate) + (optimizer.kind === 'adam' ? 2.6 : 1.2)
      const reach = 0.985 - 0.02 * rate ** 2 - 0.003 * (Math.log2(units) - 7.5) ** 2 - 0.03 * (dropout - 0.15) ** 2
      const end = reach - (activation === 'tanh' ? 0.01 : 0)
      let accuracy = 0
      for (let epoch = 1; epoch <= 27; epoch++) {
        accuracy = Math.max(
          0.1,
          end * (1 - 0.6 * Math.exp(-epoch / 5)) + 0.003 * Math.sin(trial.number * 7 + epoch * 3),
        )
        await trial.report(epoch, accuracy)
      }
      return accuracy
    },
    { trials: 80, concurrency: 4 },
  )
  return study
}

async function otherStudies() {
  const two = await createStudy({
    name: 'accuracy and latency',
    storage,
    goals: { accuracy: 'maximize', latency: 'minimize' },
    space: { width: float(0, 1), depth: int(1, 8) },
    seed: 1,
  })
  await two.optimize(
    ({ width, depth }) => ({ accuracy: 1 - Math.exp(-2 * width * depth), latency: width * depth ** 1.3 }),
    { trials: 40 },
  )
  const evil = await createStudy({
    name: EVIL,
    storage,
    goals: { [EVIL]: 'minimize' },
    space: { [EVIL.replaceAll('.', '')]: float(0, 1), option: choice([EVIL, 'plain']) },
    seed: 1,
  })
  await evil.optimize(() => 1, { trials: 3 })
  await evil.setAttr(EVIL, EVIL)
  // A search by chance alone over the same space, to hold beside the first.
  const random = await createStudy({
    name: 'by chance',
    storage,
    goals: { accuracy: 'maximize' },
    seed: 9,
    sampler: randomSampler(),
    space: { units: int(16, 512, { log: true, default: 64 }), dropout: float(0, 0.5, { default: 0 }) },
  })
  await random.optimize(({ units, dropout }) => 0.965 - 0.01 * Math.abs(Math.log2(units) - 7.5) - 0.1 * dropout, {
    trials: 40,
  })
  await Promise.all([two.close(), evil.close(), random.close()])
}

/** The command as people start it; resolves with its address. */
async function startDashboard() {
  const cli = join(ROOT, 'packages/diapason/bin/diapason.mjs')
  const child = spawn(process.execPath, [cli, 'dashboard', '--storage', storage, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [first] = await once(child.stdout, 'data')
  const url = /(http:\S+\/)/.exec(String(first))?.[1]
  assert.ok(url, `the dashboard should print its address, got ${first}`)
  return { child, url }
}

let checked = 0
/** axe finds nothing, nothing is wider than the window, and no text became code. */
async function inspect(page, what) {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() =>
    window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  )
  const words = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 200))
        .join(' | ')}`,
  )
  assert.deepEqual(words, [], `${what}: axe`)
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  assert.ok(overflow <= 0, `${what}: ${overflow} pixels wider than the window`)
  assert.equal(await page.evaluate(() => window.hacked), undefined, `${what}: a text ran as code`)
  checked++
}

/** What a command would have left of trial 17. */
function leaveLog() {
  const trial = join(folder, 'studies.trials', 'digits', '17')
  mkdirSync(join(trial, 'checkpoint'), { recursive: true })
  writeFileSync(join(trial, 'log.txt'), `epoch 1\r\n\u001b[31mout of memory\u001b[0m ${EVIL}\n`)
  writeFileSync(join(trial, 'checkpoint', 'weights.bin'), 'x'.repeat(3000))
}

const study = await sampleStudy()
leaveLog()
await otherStudies()
const { child, url } = await startDashboard()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
const complaints = []

/** A page that complains about errors and about requests to elsewhere. */
async function openPage(path, { width = 1280, height = 800, scheme = 'light' } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce' })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on(
    'request',
    (request) => new URL(request.url()).origin === new URL(url).origin || complaints.push(request.url()),
  )
  await page.goto(url + path.slice(1))
  return page
}

const chartsDrawn = (page, count) =>
  page.waitForFunction((least) => document.querySelectorAll('.card svg').length >= least, count, { timeout: 15_000 })

async function everyViewAndSize() {
  const views = [
    ['/', 'list', '.studies li', 0],
    ['/studies/1', 'overview', '.card svg', 7],
    ['/studies/2', 'front', '[data-chart=pareto] svg', 6],
    ['/studies/3', 'markup', '.tiles', 1],
    ['/compare?study=1&study=4', 'compare', '[data-chart=comparison] svg', 1],
    ['/studies/1/trials', 'trials', '.trials tbody tr', 0],
    ['/studies/1/about', 'about', '.facts', 0],
    ['/studies/1/trials/17', 'failed', '.reason', 0],
    ['/studies/1/trials/0', 'trial', '.card svg', 1],
  ]
  const sizes = [
    ['phone', 375, 812],
    ['laptop', 1280, 800],
    ['4k', 3840, 2160],
  ]
  for (const scheme of ['light', 'dark']) {
    for (const [size, width, height] of sizes) {
      for (const [path, name, ready, charts] of views) {
        const page = await openPage(path, { width, height, scheme })
        await page.waitForSelector(ready, { timeout: 15_000 })
        await chartsDrawn(page, charts)
        await inspect(page, `${name}, ${size}, ${scheme}`)
        if (
          pictures !== undefined &&
          (['overview', 'compare'].includes(name) || (name === 'trial' && size === 'laptop'))
        ) {
          await page.screenshot({ path: join(pictures, `dashboard-${name}-${size}-${scheme}.png`) })
        }
        await page.close()
      }
    }
  }
}

async function followsTheStudy() {
  const page = await openPage('/studies/1')
  await page.getByText('live', { exact: true }).waitFor()
  const before = study.trials.length
  await study.enqueue({ units: 100 })
  await page
    .getByText(`${before + 1}`, { exact: true })
    .first()
    .waitFor({ timeout: 5000 })
  const trial = await study.ask()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  await study.tell(trial, 0.999)
  await page.locator('.tiles').getByText('0.999', { exact: true }).waitFor({ timeout: 5000 })
  await page.close()
}

async function chartsLeadToTrials() {
  const page = await openPage('/studies/1')
  await chartsDrawn(page, 7)
  await page.locator('[data-chart=history] .c-best').hover()
  await page.locator('.tip span').waitFor()
  await page.locator('[data-chart=history] .c-best').click()
  await page.getByRole('heading', { name: /^Trial \d+$/ }).waitFor()
  assert.match(new URL(page.url()).pathname, /^\/studies\/1\/trials\/\d+$/)
  await page.goBack()
  await page.getByRole('combobox', { name: 'Parameter' }).selectOption('dropout')
  await page.getByRole('heading', { name: 'Along dropout' }).waitFor()
  await page.getByRole('combobox', { name: 'Across' }).selectOption('dropout')
  await page.getByRole('heading', { name: /^dropout with / }).waitFor()
  await page.close()
}

/** What a newcomer asks is answered in words, and a trial shows what its command left. */
async function answersInShort() {
  const page = await openPage('/studies/1')
  const short = page.getByRole('region', { name: 'In short' })
  await short.getByText('What matters most?').waitFor()
  const words = await short.innerText()
  for (const answer of [
    /What decides about a good accuracy: /,
    /Is it still improving\?\s+(Yes|Slowly|Hardly)/,
    /one score, and the one it was chosen by/,
    /1 × out of memory/,
    /with a chance of 50 %/,
  ])
    assert.match(words, answer)
  await page
    .getByRole('region', { name: 'How trials were chosen' })
    .getByText(/^from trial \d+$/)
    .first()
    .waitFor()
  await short.getByRole('link', { name: 'trial 17' }).click()
  await page.getByRole('region', { name: 'Log and files' }).getByText(`out of memory ${EVIL}`).waitFor()
  const [weights] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'checkpoint/weights.bin' }).press('Enter'),
  ])
  assert.equal(weights.suggestedFilename(), 'weights.bin')
  assert.equal(readFileSync(await weights.path(), 'utf8'), 'x'.repeat(3000))
  const [log] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Keep the whole log' }).press('Enter'),
  ])
  assert.match(readFileSync(await log.path(), 'utf8'), /out of memory/)
  await inspect(page, 'log')
  await page.close()
}

async function comparesStudies() {
  const page = await openPage('/studies/1')
  await page.getByRole('link', { name: 'compare with others' }).click()
  await page.getByText('Choose two studies or more').waitFor()
  assert.equal(await page.getByRole('checkbox', { name: /^accuracy and latency/ }).isEnabled(), true)
  assert.equal(await page.getByRole('checkbox', { name: /^<img/ }).isEnabled(), false)
  await page.getByRole('checkbox', { name: /^by chance/ }).focus()
  await page.keyboard.press('Space')
  await page
    .getByText(/^digits is better than by chance: with \d+ trials drawn from each/)
    .first()
    .waitFor()
  assert.match(page.url(), /\/compare\?study=1&study=4$/)
  await page.getByRole('link', { name: 'by chance' }).click()
  await page.getByRole('heading', { name: 'by chance' }).waitFor()
  await page.close()
}

/** Each drawing can be taken along as it is shown, as SVG and as PNG. */
async function chartsAreSaved() {
  const page = await openPage('/studies/1', { scheme: 'dark' })
  await chartsDrawn(page, 7)
  const saved = async (kind, format) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator(`[data-chart=${kind}]`).getByRole('button', { name: format }).click(),
    ])
    return { name: download.suggestedFilename(), content: readFileSync(await download.path()) }
  }
  const svg = await saved('importance', 'SVG')
  assert.equal(svg.name, 'importance.svg')
  assert.match(svg.content.toString(), /<\/svg>/)
  const png = await saved('history', 'PNG')
  assert.equal(png.name, 'history.png')
  assert.deepEqual([...png.content.subarray(1, 4)], [0x50, 0x4e, 0x47])
  const shown = await page.locator('[data-chart=history] svg').evaluate((drawing) => drawing.clientWidth)
  assert.equal(png.content.readUInt32BE(16), 2 * shown)
  // Dark as the page is: its corner is the ground of the theme.
  const corner = await page.evaluate(
    async (bytes) => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }))
      const canvas = document.createElement('canvas')
      const drawing = canvas.getContext('2d')
      drawing.drawImage(picture, 0, 0)
      return [...drawing.getImageData(1, 1, 1, 1).data]
    },
    [...png.content],
  )
  assert.deepEqual(corner, [0x14, 0x17, 0x1b, 0xff])
  for (const card of await page.locator('.card[data-chart]').all()) {
    assert.ok((await card.locator('figcaption').innerText()).length > 20, 'a chart without words')
    await card.getByText('The numbers').click()
    assert.ok((await card.locator('tbody tr').count()) > 0, 'a chart without numbers')
  }
  await page.close()
}

/** A range on one axis filters every chart and the table: by dragging, by the keyboard, and from an address. */
async function brushingFilters() {
  const page = await openPage('/studies/1')
  await chartsDrawn(page, 7)
  const dots = () => page.locator('[data-chart=history] circle[data-trial]').count()
  const before = await dots()
  const axis = page.locator('[data-chart=parallel] .c-hit').nth(1)
  await axis.scrollIntoViewIfNeeded()
  const { x, y, width, height } = await axis.boundingBox()
  await page.mouse.move(x + width / 2, y + height - 4)
  await page.mouse.down()
  await page.mouse.move(x + width / 2, y + height * 0.5, { steps: 4 })
  await page.locator('[data-chart=parallel] .c-brush').waitFor()
  await page.mouse.up()
  await page.getByText(/^Charts and table show \d+ of \d+ trials:$/).waitFor()
  assert.match(decodeURIComponent(page.url()), /\?range=dropout:\.\.0\.2\d*$/)
  await page.waitForFunction(
    (count) => document.querySelectorAll('[data-chart=history] circle[data-trial]').length < count,
    before,
  )
  assert.ok((await page.locator('[data-chart=parallel] .c-out').count()) > 0, 'no line became faint')
  await inspect(page, 'filtered')
  await page.getByRole('link', { name: 'Trials', exact: true }).click()
  const words = await page.getByText(/^Charts and table show/).innerText()
  const [, fitting] = /show (\d+) of/.exec(words)
  await page.getByText(`1 to ${Math.min(50, Number(fitting))} of ${fitting}`).waitFor()
  await page.getByRole('button', { name: 'Show all trials' }).click()
  await page.getByText(/^Charts and table show/).waitFor({ state: 'detached' })
  await page.close()

  const other = await openPage('/studies/1?range=activation:0..0')
  await other.getByRole('button', { name: 'Remove the filter activation relu' }).waitFor()
  await chartsDrawn(other, 7)
  await other.getByText('Filter by sliders').focus()
  await other.keyboard.press('Enter')
  await other.getByRole('slider', { name: 'units, to' }).focus()
  for (let i = 0; i < 30; i++) await other.keyboard.press('ArrowLeft')
  await other.getByRole('button', { name: /^Remove the filter units up to \d+/ }).waitFor()
  assert.ok((await other.getByRole('slider', { name: 'units, to' }).inputValue()) === '70')
  await inspect(other, 'sliders')
  await other.getByRole('button', { name: /^Remove the filter units/ }).click()
  await other.getByRole('button', { name: /^Remove the filter units/ }).waitFor({ state: 'detached' })
  await other.close()
}

async function tableSortsAndFilters() {
  const page = await openPage('/studies/1/trials')
  const first = page.locator('.trials tbody tr').first()
  await page.getByRole('button', { name: 'accuracy' }).click()
  await page.waitForFunction(() => document.querySelector('.trials tbody td.number')?.textContent === '0.999')
  await page.getByRole('checkbox', { name: 'failed' }).check()
  await page.waitForFunction(() => document.querySelectorAll('.trials tbody tr').length === 1)
  assert.match(await first.innerText(), /^17\b/)
  await page.getByRole('checkbox', { name: 'failed' }).uncheck()
  await page.getByRole('searchbox').fill('out of memory')
  await page.getByText('1 to 1 of 1').waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()])
  assert.equal(download.suggestedFilename(), 'trials.csv')
  // What is exported is what is shown: one row, and all columns.
  const csv = readFileSync(await download.path(), 'utf8').split('\r\n')
  assert.equal(csv.length, 3)
  assert.match(csv[0], /^number,state,accuracy,.*,reason$/)
  await page.getByText('Columns', { exact: true }).click()
  await page.getByRole('checkbox', { name: 'took' }).uncheck()
  await page.getByRole('checkbox', { name: 'dropout' }).uncheck()
  await page.getByRole('columnheader', { name: 'dropout' }).waitFor({ state: 'detached' })
  await inspect(page, 'choice of columns')
  const [narrow] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()])
  const [header] = readFileSync(await narrow.path(), 'utf8').split('\r\n')
  assert.match(header, /^number,state,accuracy,/)
  assert.doesNotMatch(header, /dropout|durationMs/)
  // The address holds all of it.
  const again = await openPage(new URL(page.url()).pathname + new URL(page.url()).search)
  await again.getByText('1 to 1 of 1').waitFor()
  assert.equal(await again.getByRole('columnheader', { name: 'dropout' }).count(), 0)
  assert.equal(await again.getByRole('searchbox').inputValue(), 'out of memory')
  await again.close()
  await page.close()
}

/** Everything that changes something, with the keyboard alone. */
async function actsByKeyboard() {
  const page = await openPage('/studies/1/trials/0')
  const press = async (name, role = 'button') => {
    await page.getByRole(role, { name }).focus()
    await page.keyboard.press('Enter')
  }
  await press('Add a note')
  await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement)
  await page.keyboard.type(`kept ${EVIL}`)
  await page.keyboard.press('Control+Enter')
  await page.getByText(`kept ${EVIL}`).waitFor()
  await press(/Run this again/)
  await page.getByRole('textbox', { name: 'units' }).fill('9999')
  await press('Queue it')
  await page.getByRole('alert').waitFor()
  await page.getByRole('textbox', { name: 'units' }).fill('200')
  await press('Queue it')
  await page.getByText(/^Queued as trial \d+/).waitFor()
  await press('digits', 'link')
  await press('Space and actions', 'link')
  await press(/^Delete the study/)
  await page.getByRole('textbox').fill('digits')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Undo' }).waitFor()
  await page.waitForFunction(() => !document.querySelector('.studies')?.textContent?.includes('digits'))
  await press('Undo')
  await page.getByText('digits is kept.').waitFor()
  await inspect(page, 'after acting')
  await page.close()
}

try {
  await everyViewAndSize()
  await followsTheStudy()
  await chartsLeadToTrials()
  await answersInShort()
  await comparesStudies()
  await chartsAreSaved()
  await brushingFilters()
  await tableSortsAndFilters()
  await actsByKeyboard()
  // The refused configuration above is the one answer that is an error.
  assert.deepEqual(
    complaints.filter((words) => !/status of 422/.test(words)),
    [],
  )
  console.log(`dashboard test ok: ${checked} views without a finding of axe, live, by mouse and by keyboard`)
} finally {
  await browser.close()
  child.kill()
  await study.close()
  rmSync(folder, { recursive: true, force: true })
}
