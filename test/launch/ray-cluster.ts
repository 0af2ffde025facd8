import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePorts } from './free-ports.ts'
import { until } from './until.ts'

const program = process.env.RAY_PROGRAM ?? ''

/** Why tests with Ray are skipped; empty where they run. CI may not skip them. */
export const noRay =
  program === ''
    ? "RAY_PROGRAM names no ray. Make one: python3 -m venv .ray && .ray/bin/pip install 'ray[default]', and give .ray/bin/ray"
    : ''
if (noRay !== '') console.log(`skipped: ${noRay}`)

/** A Ray of one node, on this machine. */
export interface RayCluster {
  readonly address: string
  dispose(): Promise<void>
}

export async function startRay(cpus: number): Promise<RayCluster> {
  // Its sockets lie in there, and their paths must be short.
  const folder = mkdtempSync(path.join(tmpdir(), 'ray-'))
  // Ray's own workers take those from 10,002 to 19,999.
  const [port, dashboard, client] = await freePorts(3, 20_000)
  const words = ['start', '--head', '--block', '--disable-usage-stats', `--num-cpus=${cpus}`, '--num-gpus=0']
  const places = [`--port=${port}`, `--dashboard-port=${dashboard}`, `--ray-client-server-port=${client}`]
  const more = ['--dashboard-host=127.0.0.1', `--temp-dir=${folder}`, '--object-store-memory=100000000']
  const env = { ...process.env, RAY_AUTH_MODE: 'disabled' }
  const head = spawn(program, [...words, ...places, ...more], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  head.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000)
  })
  const address = `http://127.0.0.1:${dashboard}`
  const answers = async () => head.exitCode !== null || (await fetch(`${address}/api/jobs/`)).ok
  await until(answers, 'Ray answers', () => said, 120_000)
  if (head.exitCode !== null) throw new Error(`Ray ended: ${said}`)
  return {
    address,
    async dispose() {
      const ended = once(head, 'close')
      head.kill('SIGTERM')
      await ended
      for (const pid of processesOf(folder)) killIfThere(pid)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What names the cluster's folder on its command line. */
function processesOf(folder: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const names = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
    } catch {
      return false
    }
  }
  return pids.filter(names).map(Number)
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
