import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../../../test/launch/free-ports.ts'
import type { FaultKind, Scene } from '../campaign.ts'
import { sourceFlags } from '../fleet.ts'
import { OWN_ADDRESS } from '../hosts.ts'
import { monotonicNow } from '../truth.ts'
import { crewOn, hostsOf, postgresStage, reachablePostgres } from './postgres-stage.ts'

/** How long a server is away before it is started again, in milliseconds. */
const AWAY_MS = 4000

export const postgresCrash: FaultKind = {
  name: 'postgres-crash',
  what: 'PostgreSQL `kill -9`, restart after 0–4 s',
  async set(scene) {
    const stage = await postgresStage(scene)
    return {
      ...stage,
      async inject() {
        const hit = scene.running()
        const at = monotonicNow()
        await stage.server.end('crash')
        await sleep(AWAY_MS * scene.rng.next())
        await stage.server.start()
        return { words: 'PostgreSQL crashed', at, overAt: monotonicNow(), hit }
      },
    }
  },
}

const TOKEN = 'campaign'

/** A `diapason serve` that may be killed and started again at its port. */
async function startGateway(storage: string, port: number, scene: Scene): Promise<ChildProcess> {
  const words = ['serve', '--storage', storage, '--host', '0.0.0.0', '--port', String(port), '--token', TOKEN]
  const gateway = spawn(process.execPath, [...sourceFlags, ...words], {
    env: { ...process.env, ...scene.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors = createWriteStream(path.join(scene.folder, 'gateway.err'), { flags: 'a' })
  gateway.stderr?.pipe(errors)
  let said = ''
  for await (const chunk of gateway.stdout ?? []) {
    said += chunk
    if (said.includes('Ctrl-C ends it.')) break
  }
  return gateway
}

async function killGateway(gateway: ChildProcess): Promise<void> {
  if (gateway.exitCode !== null || gateway.signalCode !== null) return
  const ended = once(gateway, 'exit')
  gateway.kill('SIGKILL')
  await ended
}

export const gatewayRestart: FaultKind = {
  name: 'gateway-restart',
  what: 'gateway `kill -9`, restart after 0–4 s',
  async set(scene) {
    const machines = hostsOf()
    const server = await reachablePostgres(scene)
    const url = await server.createDatabase()
    const [port = 0] = await freePorts(1)
    let gateway = await startGateway(url, port, scene)
    const stage = crewOn(machines.hosts, `http://worker:${TOKEN}@${OWN_ADDRESS}:${port}`, scene)
    // The gateway goes on after the workers.
    const crew = { ...stage.crew, lasting: () => (gateway.pid === undefined ? [] : [gateway.pid]) }
    return {
      ...stage,
      crew,
      url,
      async inject() {
        const hit = scene.running()
        const at = monotonicNow()
        await killGateway(gateway)
        await sleep(AWAY_MS * scene.rng.next())
        gateway = await startGateway(url, port, scene)
        return { words: 'gateway killed', at, overAt: monotonicNow(), hit }
      },
      async [Symbol.asyncDispose]() {
        await killGateway(gateway)
        await server.dispose()
        machines[Symbol.dispose]()
      },
    }
  },
}
