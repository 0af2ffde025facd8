import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { DiapasonError, messageOf, OptionError } from '../../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { watchInterrupts } from '../interrupts.ts'
import { parseCountFlag, parseDurationFlag, parseSeedFlag } from '../options.ts'
import { cardText } from './card.ts'
import { CARD, CARD_DATA, fileCommand, MODEL, STUDY_FILE } from './fit-files.ts'
import { openFitView } from './fit-view.ts'
import { loadNeural, type Neural, withNeuralErrors } from './neural-package.ts'

interface FitFlags {
  readonly target: string
  readonly time?: number
  readonly trials?: number
  readonly output?: string
  readonly metric?: string
  readonly task?: string
  readonly ignore?: string[]
  readonly category?: string[]
  readonly missing?: string[]
  readonly delimiter?: string
  readonly seed?: number
  readonly config?: string
  readonly resume?: boolean
  readonly force?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

const DEFAULT_TIME_MS = 120_000

const ABOUT = `
<data> is CSV (any usual delimiter, .gz too), JSON lines or Parquet, with named columns.

What happens:
  1. Columns are looked at and shown: numbers, categories, dates; numbers of rows, names and
     columns that never change are left out, with the reason.
  2. The default network is cross-validated first, then others that a model of the results
     proposes; folds of those that will not win are not trained.
  3. The best few are trained again with fresh seeds, so that none wins by luck.
  4. The winner is trained on fresh folds and judged on rows it never saw, beside the default
     configuration and a trivial prediction.
Missing values, categories and scales are learned from the training rows of each fold alone.

The folder gets model.safetensors, card.md (for people), card.json (for programs) and study.db
(every trial; diapason dashboard --storage sqlite:FOLDER/study.db).

Examples:
  diapason fit houses.csv --target price --time 5m
  diapason fit churn.parquet --target left --metric roc_auc -o churn-model
  diapason fit wine.csv --target quality --task numbers --ignore bottle,cellar
  diapason fit houses.csv --target price --config houses-price/card.json   the same networks again
  diapason predict houses-price new.csv

Ctrl-C ends the search and keeps the best so far; pressed again, it stops at once.
Exit code 0: a model was written; 1: it could not be made; 2: a flag or the data are wrong.`

/** Adds `diapason fit`. */
export function register(program: Command): void {
  program
    .command('fit')
    .description('learn to predict a column of a table: a tuned network, no choices needed')
    .argument('<data>', 'a file of rows: CSV, JSON lines or Parquet')
    .requiredOption('--target <column>', 'the column to predict: text makes classes, numbers are predicted as such')
    .option('--time <duration>', 'wall time for everything (default: 2m)', parseDurationFlag)
    .option('--trials <n>', 'configurations to try; with --seed the same result every time', parseCountFlag)
    .option('-o, --output <folder>', 'where the model goes (default: the names of file and target)')
    .option('--metric <name>', "scikit-learn's name (default: accuracy, or root_mean_squared_error)")
    .option('--task <kind>', 'classes or numbers, where the target could be either')
    .option('--ignore <columns>', 'leave these out, separated by commas', listOf)
    .option('--category <columns>', 'columns of numbers that are names, such as a postcode', listOf)
    .option('--missing <words>', 'cells that stand for a missing value, besides empty, NA, null, …', listOf)
    .option('--delimiter <character>', 'between the cells of a CSV file (default: found out)')
    .option('--seed <n>', 'decides folds, starting weights and suggestions (default: random)', parseSeedFlag)
    .option('--config <card.json>', 'train the configuration of an earlier fit, with its seed; no search')
    .option('--resume', 'go on with the search in the folder')
    .option('--force', 'write over what the folder holds')
    .option('--json', 'print newline-delimited events, the last one the report')
    .option('--quiet', 'print nothing but errors')
    .addHelpText('after', ABOUT)
    .action(async (data: string, flags: FitFlags) => {
      process.exitCode = await runFit(data, flags)
    })
}

const listOf = (text: string): string[] => text.split(',').map((part) => part.trim())

async function runFit(file: string, flags: FitFlags): Promise<number> {
  const neural = await loadNeural('`diapason fit` trains its networks')
  const again = flags.config === undefined ? '' : '-again'
  const folder = flags.output ?? `${defaultFolder(file, flags.target)}${again}`
  const given = flags.config === undefined ? undefined : readCard(flags.config)
  checkFlags(flags)
  checkFolder(folder, flags)
  return withNeuralErrors(neural, () => fitInto(neural, file, folder, flags, given))
}

async function fitInto(
  neural: Neural,
  file: string,
  folder: string,
  flags: FitFlags,
  given: GivenCard | undefined,
): Promise<number> {
  const table = await neural.readDataFile(file, readOptions(flags))
  const strange = flags.category?.find((name) => !table.columns.some((column) => column.name === name))
  if (strange !== undefined) throw new OptionError(`--category names "${strange}"`, 'There is no such column')
  const view = openFitView({ json: flags.json === true, quiet: flags.quiet === true, file: basename(file) })
  const halt = new AbortController()
  const enough = new AbortController()
  using interrupts = watchInterrupts({
    finish() {
      view.note('finishing with the best so far; press Ctrl-C again to stop at once')
      enough.abort(new Error('interrupted'))
    },
    abort: () => halt.abort(new Error('interrupted')),
  })
  try {
    const { model, report } = await neural.fitTable(table, {
      target: flags.target,
      ...fitOptions(flags, given),
      ...(given === undefined && { storage: `sqlite:${join(folder, STUDY_FILE)}` }),
      signal: halt.signal,
      enough: enough.signal,
      onEvent(event) {
        // The data are fit to learn from: from here on something is worth keeping.
        if (event.type === 'data') prepareFolder(folder, flags)
        view.event(event)
      },
    })
    await neural.saveTableModel(model, join(folder, MODEL))
    const command = againCommand(file, folder, flags)
    const predict = fileCommand('predict', [folder, `new${ending(file)}`])
    const card = { ...report, ignore: flags.ignore ?? given?.ignore ?? [] }
    writeFileSync(join(folder, CARD_DATA), `${JSON.stringify(card, null, 2)}\n`)
    writeFileSync(join(folder, CARD), cardText(report, { file: basename(file), again: command, predict }))
    view.done(report, { folder, again: command, predict })
    return EXIT.success
  } catch (error) {
    view.close()
    if (halt.signal.aborted && interrupts.exitCode !== undefined) {
      process.stderr.write('stopped; nothing was written but the study. Go on by --resume\n')
      return interrupts.exitCode
    }
    throw error
  }
}

/** What trains the same networks again. */
function againCommand(file: string, folder: string, { target, category, missing, delimiter, task }: FitFlags): string {
  const given = [
    ['--category', category?.join(',')],
    ['--missing', missing?.join(',')],
    ['--delimiter', delimiter],
    ['--task', task],
  ].flatMap(([flag, value]) => (flag === undefined || value === undefined ? [] : [flag, value]))
  return fileCommand('fit', [file, '--target', target, '--config', join(folder, CARD_DATA), ...given])
}

function readOptions({ category, missing, delimiter }: FitFlags) {
  return {
    ...(category && { types: Object.fromEntries(category.map((name) => [name, 'category' as const])) }),
    ...(missing && { missing: ['', 'NA', 'N/A', 'NaN', 'nan', 'null', '?', ...missing] }),
    ...(delimiter !== undefined && { delimiter: delimiter === '\\t' ? '\t' : delimiter }),
  }
}

function fitOptions(flags: FitFlags, given: GivenCard | undefined) {
  const { trials, metric, task, ignore } = flags
  const timeMs = flags.time ?? (trials === undefined && given === undefined ? DEFAULT_TIME_MS : undefined)
  const seed = flags.seed ?? given?.seed
  return {
    ...(timeMs !== undefined && { timeMs }),
    ...(trials !== undefined && { trials }),
    ...((metric ?? given?.metric) !== undefined && { metric: metric ?? given?.metric ?? '' }),
    ...(task !== undefined && { kind: task as 'classes' | 'numbers' }),
    ...((ignore ?? given?.ignore) !== undefined && { ignore: ignore ?? given?.ignore ?? [] }),
    ...(seed !== undefined && { seed }),
    ...(given && { params: given.configuration }),
  }
}

/** What `--config` needs of a card. */
interface GivenCard {
  readonly configuration: import('@diapason/neural').FitParams
  readonly seed: number
  readonly metric: string
  readonly ignore: readonly string[]
}

function readCard(path: string): GivenCard {
  let card: Partial<GivenCard>
  try {
    card = JSON.parse(readFileSync(path, 'utf8')) as Partial<GivenCard>
  } catch (cause) {
    throw new DiapasonError(`${path} cannot be read: ${messageOf(cause)}`, 'Give the card.json of a fit', { cause })
  }
  const { configuration, seed, metric, ignore = [] } = card
  if (configuration === undefined || typeof seed !== 'number' || metric === undefined) {
    throw new DiapasonError(`${path} holds no configuration`, 'Give the card.json of a fit')
  }
  return { configuration, seed, metric, ignore }
}

function checkFlags({ task, config, resume, trials }: FitFlags): void {
  if (task !== undefined && task !== 'classes' && task !== 'numbers') {
    throw new OptionError(`--task is "${task}"`, 'Say classes or numbers')
  }
  if (config !== undefined && (resume || trials !== undefined)) {
    throw new OptionError('--config trains one configuration', 'Leave --resume and --trials out')
  }
}

/** `houses-price` of `data/houses.csv.gz` and `price`. */
function defaultFolder(file: string, target: string): string {
  const name = basename(file).replace(/(\.\w+)?(\.gz)?$/, '')
  return `${name}-${target}`.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
}

function checkFolder(folder: string, { force, resume }: FitFlags): void {
  const isThere = existsSync(join(folder, MODEL)) || existsSync(join(folder, STUDY_FILE))
  if (isThere && !force && !resume) {
    throw new DiapasonError(
      `${folder} holds a fit already`,
      'Go on with it by --resume, write over it by --force, or choose another folder by -o',
    )
  }
  if (resume && !existsSync(join(folder, STUDY_FILE))) {
    throw new DiapasonError(`${folder} holds no search to go on with`, 'Leave --resume out')
  }
}

function prepareFolder(folder: string, { resume }: FitFlags): void {
  mkdirSync(folder, { recursive: true })
  if (resume) return
  for (const part of ['', '-wal', '-shm']) rmSync(join(folder, `${STUDY_FILE}${part}`), { force: true })
}

const ending = (file: string): string => /\.[a-z]+(?=(\.gz)?$)/i.exec(basename(file))?.[0] ?? '.csv'
