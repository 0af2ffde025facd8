import { type Browser, chromium, type Page } from 'playwright-core'

/** What somebody who opens a study sees, and how soon. */
export interface PageVisit {
  /** Milliseconds from the address to the first chart. */
  readonly firstChartMs: number
  /** Milliseconds from a click on a column's head to the table in its order: the median and the longest of several. */
  readonly sortMs: readonly [median: number, longest: number]
  /** Memory of the page's scripts in MiB after a forced collection: with everything shown, while trials arrived. */
  readonly heapMiB: number
}

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
const CLICKS = ['loss', 'x1', 'x2', 'x3', 'loss']

/** Starts Chromium once and ends it: the next start finds its files in memory. The page that it looks at is another than the study's. */
export async function wakeChromium(url: string): Promise<void> {
  const browser = await launch()
  try {
    const page = await browser.newPage()
    await page.goto(url)
  } finally {
    await browser.close()
  }
}

/** Opens a study in Chromium. @param meanwhile waits while everything is shown and trials arrive */
export async function visit(url: string, meanwhile: () => Promise<void>): Promise<PageVisit> {
  const browser = await launch()
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    const began = performance.now()
    await page.goto(`${url}studies/1`)
    await page.waitForSelector('.card svg', { timeout: 60_000 })
    const firstChartMs = performance.now() - began
    await meanwhile()
    const heapMiB = await heapOf(page)
    await page.goto(`${url}studies/1/trials`)
    await page.waitForSelector('.trials tbody tr')
    const times: number[] = []
    for (const column of CLICKS) times.push(await sortBy(page, column))
    times.sort((a, b) => a - b)
    return { firstChartMs, sortMs: [times[times.length >> 1] ?? Number.NaN, times.at(-1) ?? Number.NaN], heapMiB }
  } finally {
    await browser.close()
  }
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize / 2 ** 20
}

async function sortBy(page: Page, column: string): Promise<number> {
  const first = await page.locator('.trials tbody tr').first().innerText()
  const head = page.locator('.trials thead button').filter({ hasText: new RegExp(`^${column}`, 'i') })
  const began = performance.now()
  await head.first().click()
  await page.waitForFunction(
    (before) => document.querySelector<HTMLElement>('.trials tbody tr')?.innerText !== before,
    first,
    { polling: 'raf', timeout: 10_000 },
  )
  return performance.now() - began
}
