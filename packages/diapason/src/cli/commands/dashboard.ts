import { randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import type { Command } from 'commander'
import { pageFiles, serveDashboard } from '../../server/node.ts'
import { openStorage } from '../../storage/open-storage.ts'
import { parsePortFlag } from '../options.ts'
import { type Output, standardOutput } from './output.ts'
import { checkPresent, openToRead, type StoredOptions, withStorageOption } from './stored-study.ts'

interface DashboardCommandOptions extends StoredOptions {
  readonly port: number
  readonly host: string
  readonly token?: string
  readonly allowHost: readonly string[]
  readonly readOnly?: boolean
}

/** Adds `diapason dashboard`. */
export function register(program: Command, output: Output = standardOutput()): void {
  withStorageOption(program.command('dashboard').description('open a page with all studies of a storage'))
    .option('--port <n>', 'where to listen; 0 takes any that is free', parsePortFlag, 8080)
    .option('--host <address>', 'beyond this machine only with a token', '127.0.0.1')
    .option('--token <text>', 'what a browser must show (default: made up where other machines can reach it)')
    .option('--allow-host <name>', 'a further name under which the page may be asked for', collect, [])
    .option('--read-only', 'only show')
    .addHelpText('after', '\nWorks on every database that Optuna made. Ctrl-C ends it.')
    .action((options: DashboardCommandOptions) => runDashboard(options, output))
}

function collect(name: string, names: readonly string[]): readonly string[] {
  return [...names, name]
}

async function runDashboard(options: DashboardCommandOptions, output: Output): Promise<void> {
  const { storage: url, host, port, allowHost, readOnly = false } = options
  checkPresent(url)
  keepMemorySmall()
  const page = pageFiles()
  const storage = readOnly ? await openToRead(url) : await openStorage(url)
  try {
    const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(host)
    const token = options.token ?? (isLocal ? undefined : randomBytes(18).toString('base64url'))
    const server = await serveDashboard({
      storage,
      page,
      host,
      port,
      token,
      readOnly,
      allowedHosts: allowHost,
      onError: (error) => process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`),
    })
    const address = token === undefined ? server.url : `${server.url}?token=${token}`
    output.write(`${storage.url} is shown at ${address}\nCtrl-C ends it.\n`)
    await ended()
    await server.close()
  } finally {
    await storage.close()
  }
}

/** A page stays open for days beside trainings: what a large study leaves behind is cleared away sooner, at the price of slower reading. */
function keepMemorySmall(): void {
  // Percent by which the heap may grow before it is cleared again; otherwise it grows to several times what is in use.
  setFlagsFromString('--heap-growing-percent=25')
}

/** Resolves at the first signal to end. */
function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}
