import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type SlurmCluster, startSlurm } from '../../../test/launch/slurm-cluster.ts'
import { until } from '../../../test/launch/until.ts'
import { type PostgresServer, startPostgres } from '../../../test/postgres/server.ts'
import type { FaultKind, Scene } from '../campaign.ts'
import type { Crew } from '../crew.ts'
import { type Slot, STUDY, sourceFlags, type WorkerTerms, workerWords } from '../fleet.ts'
import { MARK, type Marked, markedProcesses } from '../marked-processes.ts'
import { monotonicNow } from '../truth.ts'

const run = promisify(execFile)
const NODES = ['n1', 'n2', 'n3', 'n4']
/** For how long the controller is away, and how soon a lost node comes back, in milliseconds. */
const CONTROLLER_AWAY_MS = 8000
const STATE_SAVED_MS = 15_000
const NODE_AWAY_MS = { least: 1000, most: 30_000 }

interface SlurmStage extends AsyncDisposable {
  readonly cluster: SlurmCluster
  readonly server: PostgresServer
  readonly url: string
  readonly crew: Crew
  readonly last: { readonly terms: WorkerTerms; readonly slots: readonly Slot[] }
}

async function slurmStage(scene: Scene): Promise<SlurmStage> {
  const server = await startPostgres()
  const cluster = await startSlurm(NODES)
  const url = await server.createDatabase()
  const cwd = path.join(scene.folder, 'shared')
  mkdirSync(cwd)
  const terms = { url, env: scene.env, folder: scene.folder }
  const last: Slot[] = [
    { prefix: [], objective: 'file', cwd },
    { prefix: [], objective: 'file', cwd },
  ]
  return {
    cluster,
    server,
    url,
    crew: slurmCrew(cluster, url, scene, cwd),
    last: { terms, slots: last },
    async [Symbol.asyncDispose]() {
      await cluster.dispose()
      await server.dispose()
    },
  }
}

/** Four workers as a job array, started by `diapason launch slurm`. */
function slurmCrew(cluster: SlurmCluster, url: string, scene: Scene, cwd: string): Crew {
  const env = { ...process.env, ...scene.env, ...cluster.env }
  const logs = path.join(cwd, `${STUDY}.workers`)
  const others: Crew[] = []
  return {
    async start() {
      const options = [
        'slurm',
        '--workers',
        String(NODES.length),
        '--sbatch',
        'mem=100M',
        '--sbatch',
        'cpus-per-task=4',
      ]
      await run(process.execPath, [...sourceFlags, 'launch', ...options, '--', ...workerWords(url, 'file')], {
        cwd,
        env,
      })
      // A controller that crashes sooner has not saved yet that the jobs run, and begins them again.
      await sleep(STATE_SAVED_MS)
    },
    async ended(timeoutMs) {
      const mark: Marked = `${MARK}=${scene.env[MARK]}`
      await until(
        () => markedProcesses(mark).length === 0,
        'all workers have ended',
        () => run('squeue', [], { env }),
        timeoutMs,
      )
      // What Slurm holds back, or would begin again: others finish the study.
      await run('scancel', [`--name=diapason-${STUDY}`], { env })
    },
    logs: () => [
      ...(existsSync(logs) ? readdirSync(logs).map((name) => path.join(logs, name)) : []),
      ...others.flatMap((other) => other.logs()),
    ],
    tend() {},
    lasting: () => [],
    unexpectedEnds: async () => (await Promise.all(others.map((other) => other.unexpectedEnds()))).flat(),
    adopt: (other) => void others.push(other),
  }
}

export const slurmController: FaultKind = {
  name: 'slurm-controller',
  what: 'Slurm controller `kill -9`, restart after 0–8 s',
  async set(scene) {
    const stage = await slurmStage(scene)
    return {
      ...stage,
      async inject() {
        const hit = scene.running()
        const at = monotonicNow()
        await stage.cluster.crashController(CONTROLLER_AWAY_MS * scene.rng.next())
        return { words: 'Slurm’s controller crashed', at, overAt: monotonicNow(), hit }
      },
    }
  },
}

export const slurmNode: FaultKind = {
  name: 'slurm-node',
  what: 'Slurm node lost with all that runs there, back after 1–30 s',
  async set(scene) {
    const stage = await slurmStage(scene)
    return {
      ...stage,
      async inject() {
        const nodes = [...new Set(scene.running().map(({ host }) => host))]
        const node = nodes[scene.rng.int(nodes.length)] ?? 'n1'
        const hit = scene.running().filter(({ host }) => host === node)
        const at = monotonicNow()
        await stage.cluster.loseNode(node)
        await sleep(NODE_AWAY_MS.least + (NODE_AWAY_MS.most - NODE_AWAY_MS.least) * scene.rng.next())
        stage.cluster.returnNode(node)
        return { words: `${node} lost`, at, overAt: monotonicNow(), hit }
      },
    }
  },
}
