import { DiapasonError, SpaceError, StorageError } from '../errors.ts'
import type { Storage } from '../storage/storage.ts'
import { ChangeStreams } from './events.ts'
import { type Access, answersFor, checkAccess, SAFE_HEADERS, sameText, TOKEN_COOKIE } from './guard.ts'
import { HttpError } from './http-error.ts'
import { json } from './json-response.ts'
import { readRoutes, type TrialFileOptions } from './read-routes.ts'
import { type Route, routeOf } from './router.ts'
import { StudyShelf } from './study-shelf.ts'
import { writeRoutes } from './write-routes.ts'

/** A file of the page. */
export interface PageFile {
  readonly type: string
  readonly content: Uint8Array
}

/** What the dashboard is made of. */
export interface DashboardOptions extends Access, TrialFileOptions {
  readonly storage: Storage
  /** The page's files by path (`/`, `/app.js`); only these are served. Default: none, the interface alone. */
  readonly page?: ReadonlyMap<string, PageFile>
  /** How many event streams at once, default 200. */
  readonly mostStreams?: number
  /** Told what went wrong inside. */
  readonly onError?: (error: unknown) => void
}

/** The dashboard as a function from requests to answers, over web standards. */
export interface Dashboard {
  fetch(request: Request): Promise<Response>
  /** Ends streams and takes back deletions that wait; the storage stays open. */
  close(): void
}

/** Builds the dashboard on a storage. */
export function createDashboard(options: DashboardOptions): Dashboard {
  const { storage, page = new Map<string, PageFile>(), onError = () => {} } = options
  const shelf = new StudyShelf(storage)
  const streams = new ChangeStreams(shelf, options.mostStreams)
  const routes: readonly Route[] = [...readRoutes(shelf, streams, options), ...writeRoutes(shelf, onError)]

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const login = loginResponse(url, options)
    if (login !== undefined) return login
    checkAccess(request, options)
    const { pathname } = url
    if (pathname.startsWith('/api/')) {
      const { handler, params } = routeOf(routes, request.method === 'HEAD' ? 'GET' : request.method, pathname)
      return handler({ request, params, query: url.searchParams })
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new HttpError(405, `${request.method} is not allowed here`)
    // Deep links are the page's own business; whatever has a dot in its last part is a file.
    const file = page.get(pathname) ?? (/\.[^/]*$/.test(pathname) ? undefined : page.get('/'))
    if (file === undefined) throw new HttpError(404, `There is nothing at ${pathname}`)
    return new Response(file.content as Uint8Array<ArrayBuffer>, { headers: { 'content-type': file.type } })
  }

  return {
    async fetch(request) {
      let response: Response
      try {
        response = await answer(request)
      } catch (error) {
        response = errorResponse(error, onError)
      }
      for (const [name, value] of Object.entries(SAFE_HEADERS)) {
        if (!response.headers.has(name)) response.headers.set(name, value)
      }
      return response
    },
    close() {
      streams.close()
      shelf.close()
    },
  }
}

/** `/?token=…`: keeps the token in a cookie that scripts cannot read, and drops it from the address. */
function loginResponse(url: URL, access: Access): Response | undefined {
  const { token } = access
  const shown = url.searchParams.get('token')
  if (token === undefined || shown === null || url.pathname !== '/' || !sameText(shown, token)) return undefined
  if (!answersFor(url.hostname.toLowerCase(), access)) return undefined
  return new Response(null, {
    status: 303,
    headers: { location: '/', 'set-cookie': `${TOKEN_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict` },
  })
}

function errorResponse(error: unknown, onError: (error: unknown) => void): Response {
  const status = statusOf(error)
  if (status >= 500) onError(error)
  const message =
    error instanceof DiapasonError || error instanceof HttpError
      ? error.message
      : 'Something went wrong inside; the server has printed what'
  return json({ error: message }, status)
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status
  if (error instanceof SpaceError) return 422
  if (error instanceof StorageError) return 503
  return error instanceof DiapasonError ? 409 : 500
}
