import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ablate } from '../analysis/ablate.ts'
import { databases, run } from '../cli/fixtures/stored-studies.ts'
import { float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy } from '../study/create-study.ts'
import { reportHtml } from './report-html.ts'
import { reportMarkdown } from './report-markdown.ts'
import { studyReport } from './study-report.ts'

let folder = ''
let optuna = ''
let ours = ''
beforeAll(async () => {
  ;({ folder, optuna, ours } = await databases())
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A study in which every text that a person can choose tries to be markup. */
async function hostileStudy() {
  const evil = '</style><script>alert(1)</script><img src=x onerror=alert(1)>"\'&'
  const study = await createStudy({
    name: evil,
    storage: memoryStorage(),
    goals: { [evil]: 'minimize' },
    space: { [evil.replaceAll('.', '')]: float(0, 1) },
    seed: 1,
  })
  await study.optimize(() => Math.random(), { trials: 30 })
  return { study, evil }
}

describe('the HTML report', () => {
  it('lets no text become code, and forbids scripts and the network', async () => {
    const { study, evil } = await hostileStudy()
    const html = await reportHtml(studyReport(study, 0))
    expect(html).not.toContain('<script')
    expect(html).not.toContain('<img')
    expect(html).not.toContain(evil)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    const names = html.replaceAll(/"[^"]*"/g, '""')
    expect(names).not.toMatch(/<[^>]* (on\w+|href|src|style)=/)
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1]
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(policy).toBe(
      `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
    )
  })

  it('shows the way from the default to the winner, as Markdown does', async () => {
    const study = await createStudy({
      goals: { loss: 'minimize' },
      space: { x: float(0, 9, { default: 4 }), y: float(0, 9, { default: 4 }) },
    })
    const bowl = ({ x, y }: { x: number; y: number }) => 2 * (x - 1) ** 2 + (y - 2) ** 2
    await study.enqueue({ x: 1, y: 2 })
    await study.optimize(bowl, { trials: 2 })
    expect(studyReport(study, 0).ablation).toBeUndefined()
    await ablate(study, bowl, { runs: 10 })
    const report = studyReport(study, 0)
    expect(report.ablation?.table.rows).toEqual([
      ['x 4 → 1', '+18', 'the same each time'],
      ['y 4 → 2', '+4', 'the same each time'],
      ['all together', '+22', 'the same each time'],
    ])
    const html = await reportHtml(report)
    expect(html).toContain(
      '<figcaption>Tuning bought 22, and every change has its part in it. The default has loss 22.',
    )
    expect(html).toMatch(/<figure data-chart="ablation">\s*<div class="drawing"><svg /)
    expect(reportMarkdown(report)).toContain('| x 4 → 1 | +18 |')
  })

  it('gives advice, and says what more trials promise', async () => {
    const study = await createStudy({ goals: { loss: 'minimize' }, space: { rate: float(0.001, 1) }, seed: 1 })
    await study.optimize(({ rate }) => rate, { trials: 12 })
    const markdown = reportMarkdown(studyReport(study, 0))
    expect(markdown).toContain('- Outlook: 6 more trials like these would be expected to gain')
    expect(markdown).toContain(
      '- Advice: rate goes from 0.001 to 1 evenly, nine tenths of it above 0.1: use a log scale.',
    )
  })

  it('has a caption and a table for every chart', async () => {
    const { study } = await hostileStudy()
    const html = await reportHtml(studyReport(study, 0))
    const charts = html.match(/<svg /g)?.length ?? 0
    expect(charts).toBeGreaterThanOrEqual(2)
    expect(html.match(/<figcaption>[^<]/g)).toHaveLength(charts)
    expect(html.match(/<details>/g)).toHaveLength(charts)
  })
})

describe('the Markdown report', () => {
  it('keeps markup, mentions and links of texts from taking effect', async () => {
    const { study } = await hostileStudy()
    const markdown = reportMarkdown(studyReport({ ...sourceOf(study), name: '@everyone [x](http://a) | `b`' }, 0))
    expect(markdown).toContain('## @\u200beveryone \\[x\\](http://a) \\| \\`b\\`')
    expect(markdown).not.toMatch(/(?<!\\)<script/)
  })
})

function sourceOf({
  name,
  goals,
  trials,
  space,
  fidelity,
  defaults,
}: Awaited<ReturnType<typeof hostileStudy>>['study']) {
  return { name, goals, trials, space, fidelity, defaults }
}

describe('a report against other studies', () => {
  const search = async (name: string, offset: number) => {
    const study = await createStudy({ name, goals: { loss: 'minimize' }, space: { x: float(0, 1) }, seed: 1 })
    await study.optimize(({ x }) => 0.5 * x + offset, { trials: 10 })
    return study
  }

  it('says who is better, and shows both, as HTML and as Markdown', async () => {
    const [plain, better] = [await search('plain <b>', 1), await search('better', 0)]
    const report = studyReport(plain, 0, { against: [better] })
    expect(report.comparison?.verdicts).toEqual([expect.stringMatching(/^better is better than plain <b>: /)])
    const html = await reportHtml(report)
    expect(html).toContain('<h2>Beside better</h2>')
    expect(html).toContain('<p>better is better than plain &lt;b&gt;: with 5 trials drawn from each')
    expect(html).toMatch(/<figure data-chart="comparison">\s*<div class="drawing"><svg /)
    const markdown = reportMarkdown(report)
    expect(markdown).toContain('### Beside better')
    expect(markdown).toContain('**better is better than plain \\<b\\>: with 5 trials')
    expect(markdown).toMatch(/\| parameter \| plain \\<b\\> \| better \|\n.*\n\| trial \| \d+ \| \d+ \|\n\| x \|/)
  })

  it('is refused where they share no goal', async () => {
    const other = await createStudy({ name: 'other', goals: { accuracy: 'maximize' }, space: { x: float(0, 1) } })
    const plain = await search('plain', 0)
    expect(() => studyReport(plain, 0, { against: [other] })).toThrow('"other" has the goals maximize accuracy')
  })
})

describe('diapason report', () => {
  it('writes a file, HTML or Markdown by its name', async () => {
    const file = join(folder, 'report.html')
    const { text } = await run(['report', 'tpe-hyperband', '--storage', optuna, '-o', file])
    expect(text).toBe(`tpe-hyperband written to ${file}\n`)
    // Number 22 with 0.99686…: Optuna's own best trial (expected.json).
    expect(readFileSync(file, 'utf8')).toContain('is trial 22 with value 0.9969')
    const markdown = join(folder, 'report.md')
    await run(['report', 'digits', '--storage', ours, '-o', markdown])
    expect(readFileSync(markdown, 'utf8')).toContain(
      '**From 0.9 with the default configuration to accuracy 0.95 in trial 1',
    )
  })

  it.each(['every-kind', 'two-goals', 'tpe-hyperband', ''])('writes any study of Optuna: %j', async (name) => {
    const { text } = await run(['report', name, '--storage', optuna])
    expect(text).toMatch(/^<!doctype html>/)
    expect((await run(['report', name, '--storage', optuna, '--format', 'md'])).text).toMatch(/^## /)
  })

  it('lists the trials that none beats where there are several goals', async () => {
    const { text } = await run(['report', 'two-goals', '--storage', optuna, '--format', 'md'])
    expect(text).toContain('2 trials are not beaten in accuracy and latency\\_ms together')
    // Optuna's best_trials (expected.json): trial 1 breaks a constraint.
    for (const number of [2, 4]) expect(text).toMatch(new RegExp(`\\n\\| ${number} \\|`))
  })
})
