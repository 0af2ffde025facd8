import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { StudyError } from '../../errors.ts'
import { studyFolder, trialFolder } from '../../runner/command/trial-folder.ts'
import { nameText } from '../../text/study-words.ts'
import { parseCountFlag, parseIndex } from '../options.ts'
import type { AnyStudy } from '../progress.ts'
import { type Output, standardOutput, writeLines } from './output.ts'
import { STUDY_ARGUMENT, type StoredOptions, withStorageOption, withStoredStudy } from './stored-study.ts'

interface LogsOptions extends StoredOptions {
  readonly tail?: number
  readonly path?: boolean
}

/** Adds `diapason logs`. */
export function register(program: Command, output: Output = standardOutput()): void {
  withStorageOption(program.command('logs').description('print what the command of a trial wrote'))
    .argument(...STUDY_ARGUMENT)
    .argument('[trial]', 'its number (default: the latest that has a log)', parseIndex)
    .option('--tail <n>', 'the last <n> lines only', parseCountFlag)
    .option('--path', "print the log's path instead")
    .action(async (first: string | undefined, second: number | undefined, options: LogsOptions) => {
      // `diapason logs 3` where there is one study.
      const isNumber = second === undefined && first !== undefined && /^\d+$/.test(first)
      const name = isNumber ? undefined : first
      const number = isNumber ? Number(first) : second
      await withStoredStudy(options.storage, name, (study) => {
        const path = logOf(study, number)
        if (options.path) writeLines(output, [path])
        else output.write(tailOf(readFileSync(path, 'utf8'), options.tail))
      })
    })
}

/** @throws {StudyError} where there is no log */
function logOf(study: AnyStudy, number: number | undefined): string {
  const folder = studyFolder(study.storage.url, study.name)
  const numbers = number === undefined ? study.trials.map((trial) => trial.number).reverse() : [number]
  const path = numbers.map((each) => trialFolder(folder, each).log).find((log) => existsSync(log))
  if (path !== undefined) return path
  const whose =
    number === undefined ? `Study ${nameText(study.name)}` : `Trial ${number} of study ${nameText(study.name)}`
  throw new StudyError(`${whose} has no log in ${folder}`, 'Trials of commands (`diapason run -- …`) have one')
}

function tailOf(text: string, count: number | undefined): string {
  if (count === undefined) return text
  const lines = text.split('\n')
  const isEnded = lines.at(-1) === ''
  return lines.slice(-(isEnded ? count + 1 : count)).join('\n')
}
