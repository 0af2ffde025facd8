import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { type Command, Option } from 'commander'
import { trialJson } from '../../analysis/trial-json.ts'
import { trialsCsv } from '../../analysis/trials-csv.ts'
import { jsonArray } from '../../text/json.ts'
import { counted } from '../../text/numbers.ts'
import type { AnyStudy } from '../progress.ts'
import { type Output, standardOutput } from './output.ts'
import { STUDY_ARGUMENT, type StoredOptions, withStorageOption, withStoredStudy } from './stored-study.ts'

type Format = 'csv' | 'json'

interface ExportOptions extends StoredOptions {
  readonly format?: Format
  readonly output?: string
}

/** Adds `diapason export`. */
export function register(program: Command, output: Output = standardOutput()): void {
  const format = new Option('--format <format>', "default: by the file's extension, else csv").choices(['csv', 'json'])
  withStorageOption(program.command('export').description('write out all trials of a study'))
    .argument(...STUDY_ARGUMENT)
    .addOption(format)
    .option('-o, --output <file>', 'write to a file (default: standard output)')
    .addHelpText('after', '\nParameters are named by path (optimizer.sgd.momentum); JSON holds every report as well.')
    .action((name: string | undefined, options: ExportOptions) =>
      withStoredStudy(options.storage, name, (study) => exportTrials(study, options, output)),
    )
}

async function exportTrials(study: AnyStudy, { format, output: file }: ExportOptions, output: Output): Promise<void> {
  const { trials, goals } = study
  const text =
    (format ?? formatOf(file)) === 'json'
      ? jsonArray(trials.map((trial) => trialJson(trial, goals)))
      : trialsCsv(trials, goals)
  if (file === undefined) {
    output.write(text)
    return
  }
  await writeFile(file, text)
  output.write(`${counted(trials.length, 'trial')} of ${study.name} written to ${file}\n`)
}

function formatOf(file: string | undefined): Format {
  return file !== undefined && extname(file).toLowerCase() === '.json' ? 'json' : 'csv'
}
