import { StorageError } from '../errors.ts'

const SCHEME = /^postgres(?:ql)?(?:\+[a-z0-9]+)?:\/\//i

/** Is this a URL of a PostgreSQL database? SQLAlchemy's drivers may stand in it: `postgresql+psycopg2://`. */
export function isPostgresUrl(url: string): boolean {
  return SCHEME.test(url)
}

/**
 * What node-postgres is given: the plain scheme, and `sslmode` with the meaning that libpq and psycopg2 give it.
 * @throws {StorageError} where the URL cannot be read; what it says is not repeated, for it may hold a password
 */
export function connectionString(url: string): string {
  const plain = url.replace(SCHEME, 'postgresql://')
  try {
    // An empty host is legal for PostgreSQL (`postgresql:///tuning?host=/run/postgresql`), and not for URL.
    new URL(plain.replace(/^postgresql:\/\/([^/@]*@)?(?=\/|$)/, 'postgresql://$1local'))
  } catch {
    throw new StorageError(
      'The URL of the PostgreSQL database cannot be read',
      'Write postgresql://USER:PASSWORD@HOST:5432/DATABASE; characters such as @ / # % in a password as %40 %2F %23 %25',
    )
  }
  const needsMeaning = /[?&]sslmode=/.test(plain) && !/[?&]uselibpqcompat=/.test(plain)
  return needsMeaning ? `${plain}&uselibpqcompat=true` : plain
}

/** The URL as a person would write it, without what is secret. */
export function maskedUrl(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@/i, (_, scheme: string, user: string) => {
      const name = user.split(':')[0]
      return `${scheme}${name}${user.includes(':') ? ':***' : ''}@`
    })
    .replace(/([?&](?:password|sslpassword|passfile)=)[^&]*/gi, '$1***')
}
