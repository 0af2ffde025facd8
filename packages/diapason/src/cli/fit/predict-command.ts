import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { DiapasonError, messageOf, OptionError } from '../../errors.ts'
import { counted } from '../../text/numbers.ts'
import { oneLine } from '../exit-codes.ts'
import { MODEL } from './fit-files.ts'
import { loadNeural, withNeuralErrors } from './neural-package.ts'
import { predictionCsv, predictionJson } from './prediction-text.ts'

interface PredictFlags {
  readonly output?: string
  readonly format?: string
  readonly missing?: string[]
  readonly delimiter?: string
}

const ABOUT = `
One line a row, in the file's order: the prediction under the target's name and, for classes, the
probability of each as probability:NAME. Other columns of the data are not needed and not shown.
Missing values are fine; categories that the model never saw count as unknown, with a note.

Examples:
  diapason predict houses-price new.csv > predictions.csv
  diapason predict churn-left new.parquet --format json -o predictions.jsonl
Exit code 0: done; 2: the model or the data are wrong, with one line that says why.`

/** Adds `diapason predict`. */
export function register(program: Command): void {
  program
    .command('predict')
    .description('predict with a model of `diapason fit`')
    .argument('<model>', 'the folder that `diapason fit` made')
    .argument('<data>', 'a file of rows: CSV, JSON lines or Parquet')
    .option('-o, --output <file>', 'where the predictions go (default: standard output)')
    .option('--format <csv|json>', 'json: one object a line (default: csv, or by the ending of -o)')
    .option('--missing <words>', 'as for diapason fit', (text) => text.split(','))
    .option('--delimiter <character>', 'between the cells of a CSV file (default: found out)')
    .addHelpText('after', ABOUT)
    .action((model: string, data: string, flags: PredictFlags) => runPredict(model, data, flags))
}

async function runPredict(folder: string, file: string, flags: PredictFlags): Promise<void> {
  const format = formatOf(flags)
  const neural = await loadNeural('`diapason predict` runs its networks')
  await withNeuralErrors(neural, async () => {
    const model = await neural.loadTableModel(modelFile(folder))
    const types = model.facts.columns
      .filter(({ kind }) => kind === 'category')
      .map(({ name }) => [name, 'category'] as const)
    const { missing, delimiter } = flags
    const table = await neural.readDataFile(file, {
      types: Object.fromEntries(types),
      ...(missing && { missing: ['', 'NA', 'N/A', 'NaN', 'nan', 'null', '?', ...missing] }),
      ...(delimiter !== undefined && { delimiter: delimiter === '\\t' ? '\t' : delimiter }),
    })
    const prediction = await neural.predictTable(model, table)
    for (const [name, count] of neural.unseenCategories(model, table)) {
      const rows = counted(count, 'row')
      process.stderr.write(
        oneLine(`note: ${rows} with a ${JSON.stringify(name)} that the model never saw: taken as unknown`),
      )
      process.stderr.write('\n')
    }
    const text =
      format === 'json' ? predictionJson(model.facts.target, prediction) : predictionCsv(model.facts.target, prediction)
    if (flags.output === undefined) process.stdout.write(text)
    else write(flags.output, text)
  })
}

function formatOf({ format, output }: PredictFlags): 'csv' | 'json' {
  if (format === 'csv' || format === 'json') return format
  if (format !== undefined) throw new OptionError(`--format is "${format}"`, 'Say csv or json')
  return output !== undefined && /\.(json|jsonl|ndjson)$/.test(output) ? 'json' : 'csv'
}

function modelFile(folder: string): string {
  if (!existsSync(folder)) throw new DiapasonError(`There is no ${folder}`, 'Give the folder that `diapason fit` made')
  if (!statSync(folder).isDirectory()) return folder
  const file = join(folder, MODEL)
  if (existsSync(file)) return file
  throw new DiapasonError(`${folder} holds no ${MODEL}`, 'Give the folder that `diapason fit` made')
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (cause) {
    throw new DiapasonError(`${path} cannot be written: ${messageOf(cause)}`, 'Choose another place', { cause })
  }
}
