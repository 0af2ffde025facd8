import { isGatewayUrl } from '../storage/gateway-url.ts'
import { isPostgresUrl } from '../storage/postgres-url.ts'

/** What a worker takes from its environment; none of it may stand on a command line. */
const FORWARDED = ['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD', 'PGSSLMODE', 'DIAPASON_TOKEN']

/** A storage's URL without its password, and the password as the variable that a worker takes it from. */
export function splitSecrets(url: string): {
  readonly url: string
  readonly secrets: { readonly [v: string]: string }
} {
  const variable = isPostgresUrl(url) ? 'PGPASSWORD' : isGatewayUrl(url) ? 'DIAPASON_TOKEN' : undefined
  if (variable === undefined) return { url, secrets: {} }
  const found: string[] = []
  const take = (before: string, password: string, after: string) => {
    found.push(decodeURIComponent(password))
    return `${before}${after}`
  }
  const stripped = url
    .replace(/^([^:]+:\/\/[^:/?#@]*):([^@/?#]*)(@)/, (_, ...[before, password, after]) => take(before, password, after))
    // As an option it goes before the other one, as it does for PostgreSQL's own programs.
    .replace(/([?&])password=([^&#]*)/i, (_, before, password) => take(before, password, ''))
    .replace(/([?&])&+|[?&]$/g, '$1')
  const password = found.at(-1)
  return password === undefined ? { url, secrets: {} } : { url: stripped, secrets: { [variable]: password } }
}

/** What this process has for its workers' connections. */
export function forwardedFrom(env: NodeJS.ProcessEnv): { readonly [variable: string]: string } {
  const found = FORWARDED.flatMap((name) => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(found)
}

/** The same variables with what is secret about them hidden. */
export function masked(secrets: { readonly [variable: string]: string }): { readonly [variable: string]: string } {
  const shown = (name: string, value: string) => (/PASSWORD|TOKEN/.test(name) ? '***' : value)
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, shown(name, value)]))
}
