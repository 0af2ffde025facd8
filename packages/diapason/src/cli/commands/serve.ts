import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { createGateway } from '../../server/gateway.ts'
import { listen } from '../../server/node.ts'
import { parseCountFlag, parseDurationFlag, parsePortFlag } from '../options.ts'
import { DEFAULT_WAIT_MS, openPatiently } from '../patient-storage.ts'
import { type Output, standardOutput } from './output.ts'
import { withStorageOption } from './stored-study.ts'

interface ServeOptions {
  readonly storage: string
  readonly port: number
  readonly host: string
  readonly token?: string
  readonly wait: number
  readonly connections: number
}

/** Largest body of a request: trials that are imported come with all their reports. */
const MOST_BYTES = 16 * 2 ** 20
/** A fleet's workers, a connection or two each. */
const MOST_CALLERS = 10_000
/** Steps of many workers wait for the disk side by side. */
const CONNECTIONS = 16

const HELP = `
Workers then say --storage http://HOST:8090 and need no database of their own; the token they take from DIAPASON_TOKEN.
It speaks HTTP alone: where others share the network, put a proxy with TLS before it. Ctrl-C ends it; workers wait for
five minutes until it is back.`

/** Adds `diapason serve`. */
export function register(program: Command, output: Output = standardOutput()): void {
  withStorageOption(program.command('serve').description('a gateway: one storage for many workers, over HTTP'))
    .option('--port <n>', 'where to listen; 0 takes any that is free', parsePortFlag, 8090)
    .option('--host <address>', 'the address to listen at; 0.0.0.0 for all', '127.0.0.1')
    .option('--token <text>', 'what workers must show (default: DIAPASON_TOKEN, or made up)')
    .option(
      '--wait <duration>',
      'for a database that does not answer yet (default: 5m)',
      parseDurationFlag,
      DEFAULT_WAIT_MS,
    )
    .option('--connections <n>', 'to PostgreSQL, at most', parseCountFlag, CONNECTIONS)
    .addHelpText('after', HELP)
    .action(async ({ storage: url, host, port, token: given, wait, connections }: ServeOptions) => {
      const token = given ?? (process.env.DIAPASON_TOKEN || undefined)
      const storage = await openPatiently(url, wait, (words) => output.write(`${words}\n`), { connections })
      const onError = (error: unknown) =>
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
      try {
        const made = token ?? randomBytes(18).toString('base64url')
        const gateway = createGateway({ storage, token: made, onError })
        const server = await listen(gateway, { host, port, mostBytes: MOST_BYTES, mostConnections: MOST_CALLERS })
        const said = token === undefined ? `\nDIAPASON_TOKEN=${made}` : ''
        output.write(`${storage.url} is served at ${server.url}${said}\nCtrl-C ends it.\n`)
        await new Promise<void>((resolve) => {
          for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
        })
        await server.close()
      } finally {
        await storage.close()
      }
    })
}
