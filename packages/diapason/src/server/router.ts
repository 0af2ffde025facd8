import { HttpError } from './http-error.ts'

/** What a route's handler gets. */
export interface RouteCall {
  readonly request: Request
  /** Parts of the path that a route leaves open, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
}

/** Answers a request. */
export type Handler = (call: RouteCall) => Promise<Response> | Response

/** A method, a path such as `/api/studies/:id`, and what answers. */
export type Route = readonly [method: string, path: string, handler: Handler]

/** Finds the route of a request. @throws {HttpError} 404 or 405 */
export function routeOf(
  routes: readonly Route[],
  method: string,
  path: string,
): { handler: Handler; params: Record<string, string> } {
  const parts = path.split('/')
  let isKnown = false
  for (const [routeMethod, routePath, handler] of routes) {
    const params = matchPath(routePath.split('/'), parts)
    if (params === undefined) continue
    if (routeMethod === method) return { handler, params }
    isKnown = true
  }
  throw isKnown
    ? new HttpError(405, `${method} is not allowed here`)
    : new HttpError(404, `There is nothing at ${path}`)
}

function matchPath(route: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (route.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, part] of route.entries()) {
    const given = parts[i] ?? ''
    if (!part.startsWith(':')) {
      if (part !== given) return undefined
    } else params[part.slice(1)] = decoded(given)
  }
  return params
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new HttpError(400, 'The path is not well-formed')
  }
}
