import { existsSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { OptionError } from '../../errors.ts'
import { studyFolder } from '../../runner/command/trial-folder.ts'
import { studyCheckpoints } from '../../storage/checkpoint-folder.ts'
import { deleteStudy } from '../../study/studies.ts'
import { counted } from '../../text/numbers.ts'
import { nameText } from '../../text/study-words.ts'
import { type Output, standardOutput, writeLines } from './output.ts'
import { checkPresent, type StoredOptions, withStorageOption, withStoredStudy } from './stored-study.ts'

interface DeleteOptions extends StoredOptions {
  readonly yes?: boolean
  readonly checkpoints?: string
}

/** Asks a question; undefined where nobody is there to answer. */
export type Ask = (question: string) => Promise<string | undefined>

/** Adds `diapason delete`. The name must be given: nothing is deleted by leaving a word out. */
export function register(program: Command, output: Output = standardOutput(), ask: Ask = askAtTerminal): void {
  withStorageOption(program.command('delete').description('delete a study with all its trials'))
    .argument('<study>', 'its name')
    .option('-y, --yes', 'do not ask')
    .option('--checkpoints <folder>', 'where its workers kept checkpoints, if they were told')
    .action(async (name: string, { storage, checkpoints, yes = false }: DeleteOptions) => {
      checkPresent(storage)
      const { count, url, record } = await withStoredStudy(storage, name, (study, record) => ({
        record,
        count: study.trials.length,
        url: study.storage.url,
      }))
      const what = `study ${nameText(name)} with its ${counted(count, 'trial')}${filesOf(url, name)}`
      if (!yes && !(await isConfirmed(`Delete ${what} from ${url}? [y/N] `, ask))) {
        writeLines(output, ['Nothing was deleted.'])
        return
      }
      await deleteStudy({ storage, name })
      rmSync(studyFolder(url, name), { recursive: true, force: true })
      if (checkpoints !== undefined) rmSync(studyCheckpoints(checkpoints, record), { recursive: true, force: true })
      writeLines(output, [`Deleted ${what}.`])
    })
}

/** What commands keep of their trials: logs, checkpoints. */
function filesOf(url: string, name: string): string {
  const folder = studyFolder(url, name)
  return existsSync(folder) ? ` and their files in ${folder}` : ''
}

/** @throws {OptionError} where nobody can be asked */
async function isConfirmed(question: string, ask: Ask): Promise<boolean> {
  const answer = await ask(question)
  if (answer === undefined) throw new OptionError('There is no terminal to ask whether to delete', 'Add --yes')
  return /^\s*y(es)?\s*$/i.test(answer)
}

async function askAtTerminal(question: string): Promise<string | undefined> {
  const { stdin, stdout } = process
  if (!stdin.isTTY || !stdout.isTTY) return undefined
  const lines = createInterface({ input: stdin, output: stdout })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}
