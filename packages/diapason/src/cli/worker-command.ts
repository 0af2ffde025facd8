import { type Command, InvalidArgumentError } from 'commander'
import { CHECKPOINTS_HELP, parseCountFlag, parseDurationFlag, parsePruner, parseSampler } from './options.ts'
import { runStudy } from './run.ts'
import { addCommandOptions, sourceOf, wordsBehindDashes } from './run-command.ts'
import type { RunFlags } from './run-plan.ts'
import type { SweepFlags } from './sweep/sweep-flags.ts'

const HELP = `
A worker joins the study of this name, or begins it, and goes on until the study holds as many finished trials as the
budget allows. Start as many as you like, anywhere, and stop or lose them at any time:

- A worker that is killed or cut off loses its trials: they are queued again, three times at most, and another takes
  them over once nothing was heard of it for the time of --lease. It stops its own trainings before that.
- SIGTERM, as sent by schedulers that need the place, is a pause: what runs is ended and queued again, uncounted.
- A database or gateway that does not answer yet is waited for, --wait, and so is one that goes away later.
- Clocks of machines do not matter; the database's counts.

Examples:
  diapason worker tune.ts --storage postgresql://tune@db/tuning --study digits --trials 500
  diapason worker tune.ts --storage postgresql://tune@db/tuning --study digits --trials 500 --jobs 4
  diapason worker --storage postgresql://tune@db/tuning --study lr --param 'lr=log 1e-5..1e-1' \\
    --goal 'minimize loss' -- python train.py --lr {lr}

Exit codes: 0 the study is done, 1 it failed, 2 nothing was started, 130 Ctrl-C, 143 SIGTERM.`

/** Adds `diapason worker`. */
export function register(program: Command): void {
  const command = addWorkerOptions(program.command('worker'))
  command.addHelpText('after', HELP).action(async (words: string[], flags: RunFlags & SweepFlags) => {
    const source = await sourceOf(words, flags, wordsBehindDashes(process.argv))
    process.exitCode = await runStudy({
      source,
      flags: { ...flags, resume: true, worker: true },
      command: undefined,
    })
  })
}

/** What a worker may be told. */
export function addWorkerOptions(command: Command): Command {
  command
    .description('join a study on a shared database and work on it until it is done')
    .usage('[options] <file> | [options] -- <command…>')
    .argument('[words...]', 'a .ts, .mts, .js or .mjs module whose default export is defineStudy({ … })')
    .requiredOption(
      '--storage <url>',
      'where the study is kept: postgresql://…, journal:FILE or sqlite:FILE',
      parseSharedStorage,
    )
    .option('--checkpoints <folder>', CHECKPOINTS_HELP)
    .option('--study <name>', "its name (default: the file, or the file's own name)")
    .option('--trials <n>', 'finished trials that the study shall hold, those of all workers together', parseCountFlag)
    .option('--time <duration>', 'stop after this wall time: 90s, 10m, 1.5h', parseDurationFlag)
    .option('--jobs <n>', 'trials at the same time in this worker (default: the file, or 1)', parseCountFlag)
    .option('--lease <duration>', 'silence after which its trials are taken over (default: 60s)', parseDurationFlag)
    .option('--wait <duration>', 'for a storage that does not answer when it starts (default: 5m)', parseDurationFlag)
    .option('--timeout <duration>', 'end a trial that takes longer, and fail it', parseDurationFlag)
    .option('--memory <mb>', 'memory of one trial in MB; more fails it', parseCountFlag)
    .option('--sampler <name>', 'what proposes trials (default: the file, or auto)', parseSampler)
    .option('--pruner <name>', 'what stops hopeless trials (default: the file, or asha, else median)', parsePruner)
    .option('--json', 'print newline-delimited events')
  addCommandOptions(command)
  return command
}

function parseSharedStorage(url: string): string {
  if (!/^memory:?$/.test(url)) return url
  throw new InvalidArgumentError('Nobody else can see what is kept in memory: name a database.')
}
