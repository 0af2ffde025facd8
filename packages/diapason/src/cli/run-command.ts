import { type Command, Option } from 'commander'
import { OptionError } from '../errors.ts'
import { NETWORK_KINDS } from '../study/known-good-list.ts'
import {
  ABLATE_HELP,
  CHECKPOINTS_HELP,
  CONFIRM_HELP,
  KNOWN_GOOD_HELP,
  PRUNER_LIST,
  parseCountFlag,
  parseDurationFlag,
  parseIndex,
  parseNumberFlag,
  parsePortFlag,
  parsePruner,
  parseSampler,
  parseSeedFlag,
  parseShareFlag,
  SAMPLER_LIST,
  TESTS_HELP,
} from './options.ts'
import { runStudy } from './run.ts'
import type { RunFlags } from './run-plan.ts'
import { commandSource, type RunSource, studyFileSource } from './run-source.ts'
import { startedWith } from './started-with.ts'
import {
  parseConstrainFlag,
  parseFidelityFlag,
  parseGoalFlag,
  parseGpusFlag,
  parseParamFlag,
  parsePatternFlag,
  parseWhereFlag,
  refuseSweepFlags,
  type SweepFlags,
  sweepFromFlags,
  withSweepFlags,
} from './sweep/sweep-flags.ts'

const EXAMPLES = `
Any training script: declare its parameters, say what it prints, and put it behind --.
{lr} becomes the parameter's value; {params} all of them as flags. It needs no change where it prints
"accuracy=0.93" or "epoch 3 loss: 0.12"; lines with an epoch or step are what pruning goes by.

  diapason run --param 'lr=log 1e-5..1e-1' --param 'layers=1..4' --param 'act=relu|tanh' \\
    --goal 'maximize accuracy' -- python train.py --lr {lr} --layers {layers} --act {act}

The same as a file, with limits, resources and more: diapason run sweep.yaml

Without a budget anywhere a run ends after 50 trials. The command line goes before the file.
Ctrl-C lets running trials finish; a second one stops at once. Either way --resume goes on later.
Same seed and --jobs 1: same trials. With more jobs a suggestion depends also on which trials had finished.

Samplers, and what may follow their names, as in grid:maxPoints=5000:
${SAMPLER_LIST}
Pruners, and what may follow their names, as in asha:eta=4,min=2:
${PRUNER_LIST}

Examples:
  diapason run tune.ts                                    with the budget of the file
  diapason run tune.ts --trials 100 --resume              go on until the study holds 100 trials
  diapason run tune.ts --time 10m --jobs 4                four at once for ten minutes
  diapason run tune.ts --resume --ablate 30               which changes earned it: 30 trainings more
  diapason run tune.ts --sampler random --pruner asha:eta=4 --study random
  diapason run tune.ts --storage memory --json | jq .     events, one a line; nothing is kept

Exit codes: 0 done, 1 the run failed, 2 nothing was started, 130 Ctrl-C.`

/** Adds `diapason run`. */
export function register(program: Command): void {
  const command = program
    .command('run')
    .description('tune what a study file defines, or the command behind --')
    .usage('[options] <file> | [options] -- <command…>')
    .argument(
      '[words...]',
      'a .ts or .js module whose default export is defineStudy({ … }), or a sweep in .yaml or .json',
    )
  addStudyOptions(command)
  addCommandOptions(command)
  command.addHelpText('after', EXAMPLES).action(async (words: string[], flags: RunFlags & SweepFlags) => {
    const source = await sourceOf(words, flags, wordsBehindDashes(process.argv))
    const started = startedWith(process.argv.slice(2), process.env)
    process.exitCode = await runStudy({ source, flags, command: started, startedAt: performance.timeOrigin })
  })
}

function addStudyOptions(command: Command): void {
  const jobs = 'trials at the same time, each in a process of its own (default: the file, or 1)'
  const memory = 'memory of one trial in MB; more fails it (study files: its JavaScript heap)'
  command
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
      'where it is kept: sqlite:FILE, journal:FILE, postgresql://… or memory (default: the file, or sqlite:diapason.db)',
    )
    .option('--checkpoints <folder>', CHECKPOINTS_HELP)
    .option('--study <name>', "its name (default: the file, or the file's own name)")
    .option('--resume', 'go on with a study of this name, where there is one')
    .option('--timeout <duration>', 'end a trial that takes longer, and fail it', parseDurationFlag)
    .option('--memory <mb>', memory, parseCountFlag)
    .option('--confirm <share>', CONFIRM_HELP, parseShareFlag)
    .option('--tests <n>', TESTS_HELP, parseIndex)
    .addOption(new Option('--known-good <kind>', KNOWN_GOOD_HELP).choices([...NETWORK_KINDS, 'off']))
    .option('--ablate <n>', ABLATE_HELP, parseCountFlag)
    .addOption(
      new Option('--in-process', 'run trials in this process, for a debugger; one that blocks cannot be stopped'),
    )
    .addOption(
      new Option('--dashboard [port]', 'a live page while it runs (default port 8080)')
        .preset('8080')
        .argParser(parsePortFlag),
    )
    .option('--json', 'print newline-delimited events')
    .option('--quiet', 'print the result only')
}

export function addCommandOptions(command: Command): void {
  const param = "a parameter of the command: 'lr=log 1e-5..1e-1', 'layers=1..4', 'act=relu|tanh'; once for each"
  const where = "which parameters may be tried together: 'batch * accumulate <= 512'; once for each"
  const constrain = "what a trial must keep to be the best: 'memory <= 8e9'; once for each"
  const pattern = 'a regular expression for what the command prints of a metric, or of the step; the group is the value'
  command
    .optionsGroup('Options for a command:')
    .option('--param <name=range>', param, parseParamFlag)
    .option('--goal <goal>', "what it prints and how it is good: 'maximize accuracy'; once for each", parseGoalFlag)
    .option('--where <condition>', where, parseWhereFlag)
    .option('--constrain <limit>', constrain, parseConstrainFlag)
    .option('--pattern <name=regex>', pattern, parsePatternFlag)
    .option('--fidelity <name=range>', "what steps count, and how far a trial goes: 'epochs=1..27'", parseFidelityFlag)
    .option('--gpus <list>', 'devices for CUDA_VISIBLE_DEVICES, one for each running trial: 0,1', parseGpusFlag)
}

export async function sourceOf(
  words: readonly string[],
  flags: SweepFlags,
  behind: readonly string[],
): Promise<RunSource> {
  const before = words.slice(0, words.length - behind.length)
  const [file] = before
  if (before.length > 1) {
    throw new OptionError(
      `There are ${before.length} files, ${before.join(' and ')}`,
      'Give one, or put a command behind --',
    )
  }
  if (file !== undefined && behind.length > 0) {
    throw new OptionError(`There is a file, ${file}, and a command`, 'Give one of them')
  }
  if (file !== undefined && /\.(ya?ml|json)$/i.test(file)) return sweepFileSource(file, flags)
  if (file !== undefined) {
    refuseSweepFlags(flags)
    return studyFileSource(file)
  }
  if (behind.length > 0) return commandSource(sweepFromFlags(flags, behind))
  throw new OptionError('There is nothing to run', 'Give a study file, or a command behind --')
}

/** Read on demand: the parsers of YAML and of its schema take a tenth of a second to load. */
async function sweepFileSource(file: string, flags: SweepFlags): Promise<RunSource> {
  const { loadSweepFile } = await import('./sweep/sweep-file.ts')
  return commandSource(withSweepFlags(loadSweepFile(file), flags))
}

/** Commander gives the words behind `--` as it gives all others. */
export function wordsBehindDashes(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('--')
  return at < 0 ? [] : argv.slice(at + 1)
}
