import { HttpError } from './http-error.ts'

/** Who may ask. */
export interface Access {
  /**
   * Names under which the server may be asked (`localhost`, without the port); an answer to any other name would let a foreign
   * page reach it by pointing its own name here (DNS rebinding). `any`: the token alone decides, which no foreign page has.
   */
  readonly hosts: readonly string[] | 'any'
  /** What callers must show; undefined where only this machine can reach the server. */
  readonly token?: string | undefined
  /** Refuse everything that changes something. */
  readonly readOnly?: boolean | undefined
}

/** The cookie that holds the token; the browser never sends it along with another site's request. */
export const TOKEN_COOKIE = 'diapason-token'

/** Headers of every answer: nothing runs, frames, or loads from elsewhere. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/**
 * Lets a request through or refuses it.
 * @throws {HttpError} 403 for a foreign name, a foreign page or a change that is not allowed; 401 without the token; 421 where the
 *   name is not ours
 */
export function checkAccess(request: Request, access: Access): void {
  const host = request.headers.get('host') ?? ''
  if (!answersFor(hostName(host), access)) {
    throw new HttpError(421, `This server does not answer for "${hostName(host)}"; allow the name by --allow-host`)
  }
  const site = request.headers.get('sec-fetch-site')
  const isNavigation = request.headers.get('sec-fetch-mode') === 'navigate' && request.method === 'GET'
  if (site !== null && site !== 'same-origin' && site !== 'none' && !isNavigation) {
    throw new HttpError(403, 'Requests from other sites are refused')
  }
  const origin = request.headers.get('origin')
  if (origin !== null && originHost(origin) !== host) throw new HttpError(403, 'Requests from other sites are refused')
  if (access.token !== undefined && !sameText(shownToken(request), access.token)) {
    throw new HttpError(401, 'Open the address with the token that the server printed, or send it as a Bearer token')
  }
  if (request.method === 'GET' || request.method === 'HEAD') return
  if (access.readOnly) throw new HttpError(403, 'This server only shows: it was started with --read-only')
  // A form of another site cannot send this type without asking first.
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw new HttpError(415, 'Send application/json')
  }
}

/** Does the server answer for a name? */
export function answersFor(name: string, { hosts, token }: Access): boolean {
  return hosts === 'any' ? token !== undefined : hosts.includes(name)
}

/** The name in a Host header, without the port and in small letters. */
export function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '')
}

function originHost(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}

function shownToken(request: Request): string {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (bearer !== undefined) return bearer
  const cookies = (request.headers.get('cookie') ?? '').split(/; */)
  const mine = cookies.find((cookie) => cookie.startsWith(`${TOKEN_COOKIE}=`))
  return mine?.slice(TOKEN_COOKIE.length + 1) ?? ''
}

/** Compares without telling by its time how much is right. */
export function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < b.length; i++) difference |= (a.charCodeAt(i) || 0) ^ b.charCodeAt(i)
  return difference === 0
}
