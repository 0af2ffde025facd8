import { type Chart, chartFile } from '../charts/chart.ts'

/** A drawing to keep, under its kind. */
export function svgResponse(chart: Chart): Response {
  const headers = {
    'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  }
  return new Response(chartFile(chart), { headers: { ...headers, ...download(`${chart.kind}.svg`) } })
}

/** The header by which a browser keeps a file; names do not come from studies. */
export function download(name: string): Record<string, string> {
  return { 'content-disposition': `attachment; filename="${name}"` }
}
