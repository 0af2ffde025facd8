// The page of `diapason dashboard` in real Chromium, on the build: every view in light and dark, from a phone to 4K, by mouse and by keyboard
// alone, live while trials come in, with axe, and with no request that leaves the machine. Needs `npm run build` first, and Chromium
// (CHROMIUM, or /usr/bin/chromium). `--screenshots FOLDER` keeps pictures.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { EVIL, leaveLog, otherStudies, STUDY, sampleStudy } from './dashboard-studies.mjs'
import { ROOT } from './packed.mjs'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const at = process.argv.indexOf('--screenshots')
const pictures = at < 0 ? undefined : process.argv[at + 1]
/** `--all`: of every view and of the whole length of the page, to be looked at rather than kept. */
const all = process.argv.includes('--all')
/** Views whose pictures are kept in docs/images. */
const KEPT = new Set([
  'list',
  'overview',
  'trials',
  'about',
  'trial',
  'failed',
  'compare',
  'front',
  'training',
  'ablated',
])

const folder = mkdtempSync(join(tmpdir(), 'diapason-dashboard-'))
const storage = `sqlite:${join(folder, 'studies.db')}`

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

const study = await sampleStudy(storage)
leaveLog(folder)
await otherStudies(storage)
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
  page.waitForFunction((least) => document.querySelectorAll('.card svg').length >= least, count, { timeout: 60_000 })

/** The number of the last trial of the training with the most parts. */
async function trainingInParts() {
  const { trials } = await api(`/studies/${STUDY.promoted}/trials?limit=500`)
  const full = await Promise.all(trials.map(({ number }) => api(`/studies/${STUDY.promoted}/trials/${number}`)))
  const parts = ({ training }) => training?.parts.length ?? 1
  const [most] = full.sort((a, b) => parts(b) - parts(a))
  assert.ok(parts(most) > 1, 'no trial was promoted')
  return most.training.parts.at(-1).number
}

const api = async (path) => (await fetch(`${url}api${path}`)).json()

async function everyViewAndSize() {
  const promoted = await trainingInParts()
  const views = [
    ['/', 'list', '.studies li', 0],
    ['/studies/1', 'overview', '.card svg', 7],
    ['/studies/2', 'front', '[data-chart=pareto] svg', 6],
    ['/studies/3', 'markup', '.tiles', 1],
    [`/studies/${STUDY.promoted}`, 'promoted', '[data-chart=timeline] svg', 8],
    [`/studies/${STUDY.promoted}/trials?sort=value`, 'parts', '.trials tbody tr', 0],
    [`/studies/${STUDY.promoted}/trials/${promoted}`, 'training', '.card svg', 1],
    [`/studies/${STUDY.limited}`, 'limited', '[data-chart=cost] svg', 7],
    [`/studies/${STUDY.limited}/trials/0`, 'constraint', '.cards', 0],
    [`/studies/${STUDY.empty}`, 'empty', '.tiles', 0],
    [`/studies/${STUDY.empty}/trials`, 'no-trials', '.trials', 0],
    [`/studies/${STUDY.ablated}`, 'ablated', '[data-chart=ablation] svg', 7],
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
        // Of what is looked at but not kept, two are enough.
        if (!KEPT.has(name) && !all && !(scheme === 'light' ? size === 'phone' : size === 'laptop')) continue
        const page = await openPage(path, { width, height, scheme })
        await page.waitForSelector(ready, { timeout: 60_000 })
        await chartsDrawn(page, charts)
        await inspect(page, `${name}, ${size}, ${scheme}`)
        if (pictures !== undefined && (KEPT.has(name) || all)) {
          await page.screenshot({ path: join(pictures, `dashboard-${name}-${size}-${scheme}.png`), fullPage: all })
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
    /Most to do with the result: /,
    /Is it still improving\?\s+(Yes|Slowly|Hardly)/,
    /one score, and the one it was chosen by/,
    /1 × out of memory/,
    /with a chance of 50\s%/,
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

/** Trials that continue each other are one training wherever they are shown. */
async function showsOneTraining() {
  const number = await trainingInParts()
  const { training } = await api(`/studies/${STUDY.promoted}/trials/${number}`)
  const [first] = training.parts
  const page = await openPage(`/studies/${STUDY.promoted}/trials/${first.number}`)
  await page.getByText('paused', { exact: true }).first().waitFor()
  await chartsDrawn(page, 1)
  assert.equal(await page.locator('[data-chart=curve] .c-pause').count(), training.parts.length - 1)
  const card = page.getByRole('region', { name: 'One training in parts' })
  assert.equal(await card.locator('tbody tr').count(), training.parts.length)
  await card.getByRole('link', { name: String(number), exact: true }).press('Enter')
  await page.getByRole('heading', { name: `Trial ${number}`, exact: true }).waitFor()
  await page.getByText(/^continues #/).waitFor()
  await page.goto(`${url}studies/${STUDY.promoted}/trials?order=ascending`)
  await page.getByText(`continued as #${training.parts[1].number}`).first().waitFor()
  await page.goto(`${url}studies/${STUDY.promoted}`)
  const tiles = page.locator('.tiles')
  await tiles.getByText('Configurations', { exact: true }).waitFor()
  assert.match(await tiles.innerText(), /Configurations\s+80\s+\d+ complete, \d+ paused, 0 failed; in \d+ trials/)
  await page.close()
}

/** As the file that people save: where it is served no script may run, so axe would wait there for its timers for ever. */
async function inspectReport(served) {
  const file = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  file.on('request', (request) => complaints.push(request.url()))
  await file.setContent(await served.content())
  await inspect(file, 'report')
  await file.close()
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
  const address = await page.getByRole('link', { name: 'The report with this comparison' }).getAttribute('href')
  const report = await openPage(address)
  await report.getByRole('heading', { name: 'Beside by chance' }).waitFor()
  await inspectReport(report)
  await report.close()
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
  const tiles = page.locator('.tiles')
  await tiles.getByText('Best accuracy of these').waitFor()
  assert.match(await tiles.innerText(), /Trials\s+\d+ of \d+\s/)
  await page.getByText(/^Of the whole study, all \d+ trials: the filters do not reach these answers\.$/).waitFor()
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
  await showsOneTraining()
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
