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

/** Lines that are sent at once. */
const LINES = 200

/** A file to keep that is written while it is sent: a large one never stands in memory whole. */
export function streamedFile(name: string, type: string, lines: Iterator<string>): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      let text = ''
      for (let count = 0; count < LINES; count++) {
        const { done, value } = lines.next()
        if (done) {
          controller.enqueue(encoder.encode(text))
          controller.close()
          return
        }
        text += value
      }
      controller.enqueue(encoder.encode(text))
    },
  })
  return new Response(body, { headers: { 'content-type': type, ...download(name) } })
}
