import { jsonLine } from '../text/json.ts'

/** Data as JSON; numbers that JSON has not are texts: `"NaN"`. */
export function json(data: unknown, status = 200): Response {
  return new Response(jsonLine(data), { status, headers: { 'content-type': 'application/json; charset=utf-8' } })
}
