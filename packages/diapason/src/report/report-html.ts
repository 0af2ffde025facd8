import type { Chart, ChartTable } from '../charts/chart.ts'
import { CHART_STYLE } from '../charts/chart-style.ts'
import { element, escaped, type Markup, text } from '../charts/svg.ts'
import { countText } from '../text/numbers.ts'
import { PAGE_STYLE } from './page-style.ts'
import type { StudyReport } from './study-report.ts'

/** Longer tables are cut, and say so. */
const ROWS_SHOWN = 500

/**
 * A report as one HTML file: no script, nothing from the network, a content security policy that forbids both; follows the
 * reader's light or dark theme and prints.
 */
export async function reportHtml(report: StudyReport): Promise<string> {
  const style = PAGE_STYLE + CHART_STYLE
  const policy = `default-src 'none'; style-src 'sha256-${await sha256(style)}'; base-uri 'none'; form-action 'none'`
  const title = `${report.title} · Diapason`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(report.title)}</h1>
<p class="goals">${escaped(report.goals)}</p>
<p class="lead">${escaped(report.lead)}</p>
${factsHtml(report.facts)}
</header>
${report.best.rows.length > 0 ? `<section>\n<h2>${escaped(report.best.title)}</h2>\n${tableHtml(report.best, report.best.title, 'plain')}\n</section>` : ''}
${ablationHtml(report.ablation)}
${comparisonHtml(report.comparison)}
${report.charts.map(chartHtml).join('\n')}
</main>
<footer>Made by Diapason on ${escaped(report.made)}</footer>
</body>
</html>
`
}

function factsHtml(facts: StudyReport['facts']): string {
  const rows = facts.map(([label, value]) => `<div><dt>${escaped(label)}</dt><dd>${escaped(value)}</dd></div>`)
  return `<dl>${rows.join('')}</dl>`
}

function ablationHtml(ablation: StudyReport['ablation']): string {
  if (ablation === undefined) return ''
  const { title, svg, caption, table } = ablation
  return `<section>
<h2>${escaped(title)}</h2>
<figure data-chart="ablation">
<div class="drawing">${svg}</div>
<figcaption>${escaped(caption)}</figcaption>
</figure>
${tableHtml(table, title)}
</section>`
}

function comparisonHtml(comparison: StudyReport['comparison']): string {
  if (comparison === undefined) return ''
  const { title, verdicts, chart, best } = comparison
  return `<section>
<h2>${escaped(title)}</h2>
${verdicts.map((words) => `<p>${escaped(words)}</p>`).join('\n')}
<figure data-chart="comparison">
<div class="drawing">${chart.svg}</div>
<figcaption>${escaped(chart.caption)}</figcaption>
</figure>
${tableHtml(chart.table, title)}
<h3>${escaped(best.title)}</h3>
${tableHtml(best, best.title, 'plain')}
</section>`
}

function chartHtml({ kind, title, caption, svg, table }: Chart): string {
  return `<section>
<h2>${escaped(title)}</h2>
<figure data-chart="${escaped(kind)}">
<div class="drawing">${svg}</div>
<figcaption>${escaped(caption).replaceAll(' %', '&nbsp;%')}</figcaption>
</figure>
<details><summary>The numbers</summary>${tableHtml(table, title)}</details>
</section>`
}

/** @param figures `plain`: texts and figures stand mixed in a column, so all of it stands on the left */
function tableHtml({ columns, rows, of }: ChartTable, name: string, figures: 'right' | 'plain' = 'right'): string {
  const shown = rows.slice(0, ROWS_SHOWN)
  const total = of ?? rows.length
  const note = total > shown.length ? `<p class="note">${countText(shown.length)} of ${countText(total)} rows.</p>` : ''
  const row = (tag: 'th' | 'td', cells: readonly string[]): Markup =>
    element(
      'tr',
      {},
      cells.map((cell) =>
        element(
          tag,
          {
            class: figures === 'right' && isNumber(cell) ? 'number' : undefined,
            scope: tag === 'th' ? 'col' : undefined,
          },
          [text(cell)],
        ),
      ),
    )
  const head = element('thead', {}, [row('th', columns)])
  const body = element(
    'tbody',
    {},
    shown.map((cells) => row('td', cells)),
  )
  // A wide table scrolls in its own box, which the keyboard must reach.
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(name)}"><table>${head}${body}</table></div>${note}`
}

/** Figures stand on the right, so that their digits line up. */
function isNumber(cell: string): boolean {
  return /^[-−]?[\d.,]+(e-?\d+)?( %)?$|^[-−]?∞$|^NaN$/.test(cell)
}

async function sha256(content: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content)))
  return btoa(String.fromCharCode(...digest))
}
