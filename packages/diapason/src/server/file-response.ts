import { type Chart, chartFile } from '../charts/chart.ts'

/** A drawing to keep, under its kind. */
export function svgResponse(chart: Chart): Response {
  const headers = {
    'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  }
  return new Response(chartFile(chart), { headers: { ...headers, ...download(`${chart.kind}.svg`) } })
}

/** The header by which a browser keeps a file; for names that do not come from studies. */
export function download(name: string): Record<string, string> {
  return { 'content-disposition': `attachment; filename="${name}"` }
}

/** A file of a trial, which may hold anything. */
export interface KeptFile {
  readonly name: string
  readonly bytes: number
  readonly content: ReadableStream<Uint8Array>
}

/** Sends a file so that a browser keeps it, whatever is in it, and never shows it. */
export function keptFile({ name, bytes, content }: KeptFile): Response {
  const plain = name.replaceAll(/[^\w.-]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  )
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(bytes),
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
  }
  return new Response(content, { headers })
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
