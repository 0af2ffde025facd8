import { Command, Option } from 'commander'
import { OptionError } from '../../errors.ts'
import { checkFleetName } from '../../launch/fleet-name.ts'
import type { Fleet, LaunchedWorker, Launcher } from '../../launch/launcher.ts'
import { forwardedFrom } from '../../launch/secrets.ts'
import { counted } from '../../text/numbers.ts'
import { type Output, standardOutput, writeLines } from '../commands/output.ts'
import { parseCountFlag, parseDurationFlag } from '../options.ts'
import { wordsBehindDashes } from '../run-command.ts'
import { programName } from '../text/command-line.ts'
import { tableLines } from '../text/table.ts'
import { ENGINES, type Engine } from './engines.ts'
import { ownProgram, readWorkerWords } from './worker-words.ts'

interface LaunchFlags {
  readonly workers?: number
  readonly name?: string
  readonly cpus?: number
  readonly gpus?: number
  readonly memory?: number
  readonly time?: number
  readonly directory?: string
  readonly program?: string
  readonly print?: boolean
  readonly list?: boolean
  readonly stop?: string
}

const HELP = `
What stands behind -- is what "diapason worker" is told. An engine only starts, lists and stops the workers; which trial
is whose they agree on in the storage, so that workers may be lost, started twice, added and taken away at any time.

  diapason launch slurm --workers 20 --gpus 1 --time 4h --sbatch partition=gpu -- \\
    tune.ts --storage postgresql://tune@db/tuning --study digits --trials 500
  diapason launch slurm --list
  diapason launch slurm --stop digits
  diapason launch ssh --hosts node1,node2 --workers 4 -- --storage postgresql://tune@db/tuning --study lr \\
    --param 'lr=log 1e-5..1e-1' --goal 'minimize loss' -- python train.py --lr {lr}
  diapason launch kubernetes --image lab/digits:7 --workers 20 --gpus 1 -- tune.ts --storage postgresql://tune@db/tuning
  diapason launch slurm --workers 20 --print -- tune.ts --storage …      the script, to change and to use by hand

A password in the URL, or PGPASSWORD, reaches the workers through their environment alone.
Exit codes: 0 done, 2 the engine refused or cannot be reached.`

/** Adds `diapason launch` with a command for each engine. */
export function register(program: Command, output: Output = standardOutput()): void {
  const launch = program
    .command('launch')
    .description('start, list and stop workers with Slurm, SSH, Ray or Kubernetes')
    .addHelpText('after', HELP)
  for (const engine of ENGINES) launch.addCommand(engineCommand(engine, output))
}

function engineCommand(engine: Engine, output: Output): Command {
  const command = new Command(engine.name)
    .description(engine.description)
    .usage('--workers <n> [options] -- <worker arguments…> | --list | --stop <fleet>')
    .argument('[words...]', 'what diapason worker is told, behind --')
    .option('--workers <n>', 'how many to start', parseCountFlag)
    .option('--name <fleet>', "by which they are listed and stopped (default: the study's name)", checkFleetName)
    .option('--cpus <n>', 'processors of each', parseCountFlag)
    .option('--gpus <n>', 'GPUs of each', parseCountFlag)
    .option('--memory <mb>', 'memory of each in MB', parseCountFlag)
    .option('--time <duration>', 'wall time after which the engine ends it: 90m, 4h', parseDurationFlag)
    .option('--directory <path>', `where they run (default: ${engine.runsHere ? 'this folder' : 'where it starts'})`)
    .option('--program <words>', `how Diapason is called there (default: ${engine.runsHere ? 'as here' : 'diapason'})`)
    .addOption(new Option('--print', 'show what would be handed over, and start nothing').conflicts(['list', 'stop']))
    .addOption(new Option('--list', 'show the workers there are').conflicts('stop'))
    .option('--stop <fleet>', 'ask all workers of a fleet to end: their trials are queued again')
  for (const option of engine.options) command.addOption(option)
  return command.addHelpText('after', HELP).action(async (words: string[], flags: LaunchFlags) => {
    const behind = wordsBehindDashes(process.argv)
    if (words.length > behind.length) {
      throw new OptionError(`"${words[0]}" stands before --`, 'Put what the workers are told behind --')
    }
    const launcher = await engine.open(flags as Record<string, unknown>)
    const outcome = await launched(launcher, engine, flags, behind, output)
    writeLines(output, outcome)
  })
}

async function launched(
  launcher: Launcher,
  engine: Engine,
  flags: LaunchFlags,
  words: readonly string[],
  output: Output,
): Promise<readonly string[]> {
  if (flags.list) return workerLines(await launcher.list(flags.name), output)
  if (flags.stop !== undefined) {
    const count = await launcher.stop(checkFleetName(flags.stop))
    return [count === 0 ? `There are no workers of ${flags.stop}.` : `${counted(count, 'worker')} asked to end.`]
  }
  const fleet = fleetOf(engine, flags, words)
  if (flags.print) return [launcher.plan(fleet).trimEnd()]
  const started = await launcher.start(fleet)
  const again = `${programName()} launch ${engine.name}`
  return [`Started ${started}.`, `${again} --list shows them, ${again} --stop ${fleet.name} ends them.`]
}

function fleetOf({ runsHere }: Engine, flags: LaunchFlags, behind: readonly string[]): Fleet {
  if (flags.workers === undefined) throw new OptionError('Nobody said how many workers', 'Give --workers')
  const { words, secrets, name } = readWorkerWords(behind)
  const program = flags.program?.trim().split(/\s+/) ?? (runsHere ? ownProgram() : ['diapason'])
  const { cpus, gpus, memory: memoryMb, time: timeMs } = flags
  return {
    name: flags.name ?? name,
    workers: flags.workers,
    command: [...program, 'worker', ...words],
    directory: flags.directory ?? (runsHere ? process.cwd() : undefined),
    secrets: { ...forwardedFrom(process.env), ...secrets },
    resources: {
      ...(cpus !== undefined && { cpus }),
      ...(gpus !== undefined && { gpus }),
      ...(memoryMb !== undefined && { memoryMb }),
      ...(timeMs !== undefined && { timeMs }),
    },
  }
}

function workerLines(workers: readonly LaunchedWorker[], { columns, paint }: Output): readonly string[] {
  if (workers.length === 0) return ['There are no workers.']
  const rows = workers.map(({ fleet, id, state, where }) => [fleet, id, state, where])
  const titles = ['fleet', 'worker', 'state', 'where'].map((title) => ({ title, shrinks: title === 'where' }))
  return tableLines(titles, rows, { width: columns, paint })
}
