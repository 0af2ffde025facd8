import { mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { LaunchError } from '../errors.ts'
import { shellLine, shellWord } from '../text/shell-word.ts'
import { type Fleet, JOB_PREFIX, type LaunchedWorker, type Launcher } from './launcher.ts'
import { runProgram } from './run-program.ts'

const REMEDY = "Run this where Slurm's own commands work, and look at --print"
/** Before its time is up a worker gets so long to give its trials back. */
const NOTICE_S = 60

/** What `slurmLauncher` may be told. */
export interface SlurmOptions {
  /** Options of sbatch without their dashes: `partition=gpu`, `account=lab`. */
  readonly sbatch?: readonly string[]
}

/** A job array, one task a worker, by sbatch, squeue and scancel: their text formats have not changed in many releases. */
export function slurmLauncher({ sbatch = [] }: SlurmOptions = {}): Launcher {
  const script = (fleet: Fleet) => slurmScript(fleet, sbatch)
  const list = async (fleet?: string) => {
    const words = ['squeue', '--noheader', '--array', `--user=${userInfo().username}`, '--format=%i|%j|%T|%N|%r']
    return parseSqueue(await runProgram(words, REMEDY)).filter(
      (worker) => fleet === undefined || worker.fleet === fleet,
    )
  }
  return {
    plan: script,
    list,
    async start(fleet) {
      // Slurm fails a job whose log cannot be opened, and says so nowhere.
      mkdirSync(resolve(fleet.directory ?? '.', logFolder(fleet)), { recursive: true })
      const printed = await runProgram(['sbatch', '--parsable'], REMEDY, { stdin: script(fleet), env: fleet.secrets })
      const job = /^(\d+)/.exec(printed)?.[1]
      if (job === undefined) throw new LaunchError(`sbatch answered "${printed.trim()}" and no number of a job`, REMEDY)
      return `Slurm job ${job}, an array of ${fleet.workers}; logs in ${logFolder(fleet)}/${job}_*.log`
    },
    async stop(fleet) {
      const workers = await list(fleet)
      const name = `--name=${JOB_PREFIX}${fleet}`
      if (workers.length > 0) await runProgram(['scancel', name, `--user=${userInfo().username}`], REMEDY)
      return workers.length
    },
  }
}

const logFolder = ({ name }: Fleet) => `${name}.workers`

function slurmScript(fleet: Fleet, sbatch: readonly string[]): string {
  const { name, workers, directory, resources } = fleet
  const { cpus, gpus, memoryMb, timeMs } = resources
  const options = [
    `job-name=${JOB_PREFIX}${name}`,
    `array=1-${workers}`,
    ...(directory === undefined ? [] : [`chdir=${shellWord(directory)}`]),
    `output=${logFolder(fleet)}/%A_%a.log`,
    'open-mode=append',
    // A worker whose node is lost starts anew on another one; its trial is taken over by whoever comes first.
    'requeue',
    ...(cpus === undefined ? [] : [`cpus-per-task=${cpus}`]),
    ...(gpus === undefined ? [] : [`gres=gpu:${gpus}`]),
    ...(memoryMb === undefined ? [] : [`mem=${memoryMb}M`]),
    ...(timeMs === undefined ? [] : [`time=${Math.ceil(timeMs / 60_000)}`, `signal=B:TERM@${NOTICE_S}`]),
    ...sbatch,
  ]
  return [
    '#!/bin/sh',
    ...options.map((option) => `#SBATCH --${option}`),
    '',
    '# exec: SIGTERM reaches the worker itself, which gives its trials back before it ends.',
    `exec ${shellLine(fleet.command)}`,
    '',
  ].join('\n')
}

const STATES: { readonly [state: string]: LaunchedWorker['state'] } = {
  PENDING: 'waiting',
  REQUEUED: 'waiting',
  CONFIGURING: 'waiting',
  RUNNING: 'running',
  SUSPENDED: 'waiting',
  COMPLETING: 'ending',
  COMPLETED: 'done',
}

/** Lines of `squeue --array --format='%i|%j|%T|%N|%r'`. */
export function parseSqueue(printed: string): readonly LaunchedWorker[] {
  return printed.split('\n').flatMap((line) => {
    const [id = '', job = '', state = '', nodes = '', reason = ''] = line.split('|')
    if (!job.startsWith(JOB_PREFIX)) return []
    const where = nodes === '' ? reason : nodes
    return [{ fleet: job.slice(JOB_PREFIX.length), id, state: STATES[state] ?? 'failed', where }]
  })
}
