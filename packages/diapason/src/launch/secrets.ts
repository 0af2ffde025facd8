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
  const match = variable ? /^([^:]+:\/\/[^:/?#@]*):([^@/?#]*)@(.*)$/s.exec(url) : null
  if (variable === undefined || match === null) return { url, secrets: {} }
  const [, before, password = '', rest] = match
  return { url: `${before}@${rest}`, secrets: { [variable]: decodeURIComponent(password) } }
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
