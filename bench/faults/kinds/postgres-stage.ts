import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type PostgresServer, startPostgres } from '../../../test/postgres/server.ts'
import type { Scene } from '../campaign.ts'
import { type ProcessCrew, startCrew } from '../crew.ts'
import type { Slot, WorkerTerms } from '../fleet.ts'
import { type Host, makeHosts, NETWORK, OWN_ADDRESS } from '../hosts.ts'

/** Two machines with two workers each, of which one trains a study file and the other a command, and what they share. */
export interface HostsStage {
  readonly hosts: readonly Host[]
  readonly crew: ProcessCrew
  readonly last: { readonly terms: WorkerTerms; readonly slots: readonly Slot[] }
}

/** The same on a PostgreSQL server, which runs outside of both machines. */
export interface PostgresStage extends HostsStage, AsyncDisposable {
  readonly server: PostgresServer
  /** As seen from here. */
  readonly url: string
}

/** What a stage may have otherwise. */
export interface StageOptions {
  /** Another URL for the workers than the server's own. */
  readonly workersUrl?: (serverUrl: string) => string
  readonly slotOf?: (slot: Slot, index: number) => Slot
  readonly serverEnv?: NodeJS.ProcessEnv
  /** Where the server keeps its data. */
  readonly serverFolder?: string
  readonly settings?: { readonly [name: string]: string }
}

const HOSTS = ['h1', 'h2']

/** Makes the machines. */
export function hostsOf(): { readonly hosts: readonly Host[] } & Disposable {
  return makeHosts(HOSTS)
}

/** A PostgreSQL server that the machines reach. */
export async function reachablePostgres(scene: Scene, options: StageOptions = {}) {
  const access = path.join(scene.folder, 'hba.conf')
  writeFileSync(access, `host all all 127.0.0.1/32 scram-sha-256\nhost all all ${NETWORK} scram-sha-256\n`, {
    mode: 0o644,
  })
  const settings = { listen_addresses: `127.0.0.1,${OWN_ADDRESS}`, hba_file: access, ...options.settings }
  const env = options.serverEnv === undefined ? {} : { env: options.serverEnv }
  const folder = options.serverFolder === undefined ? {} : { folder: options.serverFolder }
  return startPostgres(settings, { ...env, ...folder })
}

/** Two workers a machine. */
export function crewOn(hosts: readonly Host[], url: string, scene: Scene, options: StageOptions = {}): HostsStage {
  const slots = hosts.flatMap(({ name, prefix }) =>
    (['file', 'command'] as const).map((objective): Slot => {
      const cwd = path.join(scene.folder, `${name}-${objective}`)
      mkdirSync(cwd, { recursive: true })
      return { prefix, objective, cwd }
    }),
  )
  const terms = { url, env: scene.env, folder: scene.folder }
  const own = slots.map((slot, i) => options.slotOf?.(slot, i) ?? slot)
  return { hosts, crew: startCrew(terms, own), last: { terms, slots } }
}

/** Everything on one PostgreSQL server. */
export async function postgresStage(scene: Scene, options: StageOptions = {}): Promise<PostgresStage> {
  const machines = hostsOf()
  const server = await reachablePostgres(scene, options)
  const url = await server.createDatabase()
  const seen = url.replace('127.0.0.1', OWN_ADDRESS)
  return {
    ...crewOn(machines.hosts, options.workersUrl?.(seen) ?? seen, scene, options),
    server,
    url,
    async [Symbol.asyncDispose]() {
      await server.dispose()
      machines[Symbol.dispose]()
    },
  }
}
