import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** What a server answered. */
export interface Answer {
  readonly status: number
  readonly text: string
}

/**
 * One request by Node's own client. `fetch` will not do for Ray: it sends `Sec-Fetch-Mode`, by which Ray knows browsers, and
 * refuses them everything that changes something.
 */
export function askHttp(
  url: URL,
  method: string,
  headers: { readonly [name: string]: string },
  body: string | undefined,
  timeoutMs: number,
): Promise<Answer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
