import { type Command, Option } from 'commander'
import {
  PRUNER_LIST,
  parseCountFlag,
  parseDurationFlag,
  parseNumberFlag,
  parsePruner,
  parseSampler,
  parseSeedFlag,
  SAMPLER_LIST,
} from './options.ts'
import { runStudyFile } from './run.ts'
import type { RunFlags } from './run-plan.ts'
import { startedWith } from './started-with.ts'

const EXAMPLES = `
Without a budget anywhere a run ends after 50 trials. The command line goes before the study file.
Ctrl-C lets running trials finish; a second one stops at once. Either way --resume goes on later.
Same seed and --jobs 1: same trials. With more jobs a suggestion depends also on which trials had finished.

Samplers, and what may follow their names, as in grid:maxPoints=5000:
${SAMPLER_LIST}
Pruners, and what may follow their names, as in asha:eta=4,min=2:
${PRUNER_LIST}

Examples:
  diapason run tune.ts                                    with the budget of the file
  diapason run tune.ts --trials 100 --resume              go on until the study holds 100 trials
  diapason run tune.ts --time 10m --jobs 4                four worker processes for ten minutes
  diapason run tune.ts --sampler random --pruner asha:eta=4 --study random
  diapason run tune.ts --storage memory --json | jq .     events, one a line; nothing is kept

Exit codes: 0 done, 1 the run failed, 2 nothing was started, 130 Ctrl-C.`

/** Adds `diapason run`. */
export function register(program: Command): void {
  const jobs = 'trials at the same time, each in a worker process (default: the file, or 1)'
  const memory = "heap of a worker process in MB; more fails its trial (default: Node's own)"
  program
    .command('run')
    .description('tune what a study file defines')
    .argument('<file>', 'a .ts, .mts, .js or .mjs module whose default export is defineStudy({ … })')
    .option('--trials <n>', 'run until the study holds <n> finished trials in all', parseCountFlag)
    .option('--time <duration>', 'stop after this wall time: 90s, 10m, 1.5h', parseDurationFlag)
    .option('--target <value>', 'stop once the first goal is at least as good', parseNumberFlag)
    .option('--jobs <n>', jobs, parseCountFlag)
    .option('--seed <n>', 'decides every suggestion (default: random, stored with the study)', parseSeedFlag)
    .option('--sampler <name>', 'what proposes trials (default: the file, or auto)', parseSampler)
    .option(
      '--pruner <name>',
      'what stops hopeless trials (default: the file, or asha with a fidelity, else median)',
      parsePruner,
    )
    .option(
      '--storage <url>',
      'where it is kept: sqlite:FILE, postgresql://… or memory (default: the file, or sqlite:diapason.db)',
    )
    .option('--study <name>', "its name (default: the file, or the file's own name)")
    .option('--resume', 'go on with a study of this name, where there is one')
    .option('--timeout <duration>', 'end a trial that takes longer, and fail it', parseDurationFlag)
    .option('--memory <mb>', memory, parseCountFlag)
    .addOption(
      new Option('--in-process', 'run trials in this process, for a debugger; one that blocks cannot be stopped'),
    )
    .option('--json', 'print newline-delimited events')
    .option('--quiet', 'print the result only')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: RunFlags) => {
      const command = startedWith(process.argv.slice(2), process.env)
      process.exitCode = await runStudyFile({ file, flags, command })
    })
}
