import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePorts } from './free-ports.ts'
import { until } from './until.ts'

const run = promisify(execFile)

/** Why tests with Slurm are skipped; empty where they run. CI may not skip them. */
export const noSlurm = missing()
if (noSlurm !== '') console.log(`skipped: ${noSlurm}`)

/** A Slurm of a test's own: a controller and nodes on this machine, two GPUs each that are none. */
export interface SlurmCluster {
  /** What Slurm's commands find it by. */
  readonly env: { readonly SLURM_CONF: string; readonly PATH: string }
  /** Kills the controller, as a crash would, and starts it again over its saved state, at once or `awayMs` later. */
  crashController(awayMs?: number): Promise<void>
  /** Kills a node's daemon and all that runs there: to the controller a node that falls silent. */
  loseNode(node: string): Promise<void>
  /** Starts the daemon of a lost node again. */
  returnNode(node: string): void
  dispose(): Promise<void>
}

export async function startSlurm(nodes: readonly string[]): Promise<SlurmCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'diapason-slurm-'))
  const file = (name: string) => path.join(folder, name)
  const ports = await freePorts(nodes.length + 1)
  for (const name of ['state', 'spool']) mkdirSync(file(name))
  for (const gpu of [0, 1]) symlinkSync(gpu === 0 ? '/dev/null' : '/dev/zero', file(`gpu${gpu}`))
  writeFileSync(file('munge.key'), randomBytes(128), { mode: 0o400 })
  writeFileSync(file('cgroup.conf'), 'CgroupAutomount=no\n')
  writeFileSync(file('gres.conf'), `NodeName=${nodes.join(',')} Name=gpu File=${file('gpu[0-1]')}\n`)
  writeFileSync(file('slurm.conf'), configuration(folder, nodes, ports))
  const env = { SLURM_CONF: file('slurm.conf'), PATH: `${process.env.PATH}:/usr/sbin` }

  const munge = ['socket', 'key-file', 'pid-file', 'log-file', 'seed-file'].map(
    (name) => `--${name}=${file(`munge.${name === 'key-file' ? 'key' : name}`)}`,
  )
  const daemons = new Map<string, ChildProcess>()
  const start = (name: string, program: string, args: readonly string[]) => {
    const log = file(`${name}.out`)
    const words = ['-c', 'log=$1; shift; exec "$@" >>"$log" 2>&1', 'sh', log, program, ...args]
    daemons.set(name, spawn('/bin/sh', words, { env: { ...process.env, ...env }, stdio: 'ignore' }))
  }
  const end = async (name: string, signal: NodeJS.Signals) => {
    const daemon = daemons.get(name)
    daemons.delete(name)
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return
    const ended = once(daemon, 'close')
    daemon.kill(signal)
    await ended
  }
  const controller = (...args: string[]) => start('slurmctld', 'slurmctld', ['-D', '-f', env.SLURM_CONF, ...args])

  start('munged', 'munged', ['--foreground', '--force', ...munge])
  controller('-c')
  const startNode = (node: string) => start(node, 'slurmd', ['-D', '-f', env.SLURM_CONF, '-N', node])
  for (const node of nodes) startNode(node)
  const idle = async () => {
    const { stdout } = await run('sinfo', ['-h', '-N', '-o', '%T'], { env: { ...process.env, ...env } })
    return (
      stdout
        .trim()
        .split('\n')
        .filter((state) => state === 'idle').length === nodes.length
    )
  }
  const logs = () =>
    ['munged', 'slurmctld', ...nodes].map((name) => readFileSync(file(`${name}.out`), 'utf8').slice(-2000))
  await until(idle, 'the nodes of Slurm are idle', logs)
  return {
    env,
    async crashController(awayMs = 0) {
      await end('slurmctld', 'SIGKILL')
      await sleep(awayMs)
      controller()
      const answers = () => run('squeue', { env: { ...process.env, ...env } }).then(() => true)
      await until(answers, 'the controller answers again')
    },
    async loseNode(node) {
      await end(node, 'SIGKILL')
      for (const pid of processesOf(node)) killIfThere(pid)
    },
    returnNode: startNode,
    async dispose() {
      for (const name of [...daemons.keys()].reverse()) await end(name, name === 'munged' ? 'SIGTERM' : 'SIGKILL')
      for (const node of nodes) for (const pid of processesOf(node)) killIfThere(pid)
      rmSync(folder, { recursive: true, force: true })
    },
  }

  /** Jobs know their node by their environment; step daemons hold its log open. */
  function processesOf(node: string): readonly number[] {
    const isJob = (pid: string) => {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
      return variables.includes(`SLURM_CONF=${env.SLURM_CONF}`) && variables.includes(`SLURMD_NODENAME=${node}`)
    }
    const isDaemon = (pid: string) =>
      readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === file(`${node}.log`))
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.filter((pid) => isTrue(() => isDaemon(pid)) || isTrue(() => isJob(pid))).map(Number)
  }
}

/** False, too, of a process that ends while it is looked at. */
function isTrue(look: () => boolean): boolean {
  try {
    return look()
  } catch {
    return false
  }
}

function configuration(folder: string, nodes: readonly string[], [own, ...ports]: readonly number[]): string {
  const user = userInfo().username
  return `ClusterName=tune
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${own}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
CredType=cred/munge
# A job that lost its node waits so long before it may start again, 120 s by default.
AuthInfo=socket=${folder}/munge.socket,cred_expire=10
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=100
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=10
KillWait=5
JobRequeue=1
SchedulerParameters=bf_interval=2,sched_min_interval=100000,batch_sched_delay=0
GresTypes=gpu
AccountingStorageType=accounting_storage/none
${nodes.map((node, i) => `NodeName=${node} NodeHostname=localhost NodeAddr=127.0.0.1 Port=${ports[i]} CPUs=4 RealMemory=4000 Gres=gpu:2`).join('\n')}
PartitionName=main Nodes=${nodes.join(',')} Default=YES MaxTime=INFINITE State=UP
`
}

function missing(): string {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin']
  const lacks = ['slurmctld', 'slurmd', 'sbatch', 'munged'].find(
    (program) => !folders.some((folder) => existsSync(path.join(folder, program))),
  )
  if (lacks === undefined) return ''
  return `there is no ${lacks} here: apt-get install --no-install-recommends slurm-wlm munge`
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
