import { realpathSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { Command } from 'commander'
import { OptionError } from '../../errors.ts'
import { fleetNameOf } from '../../launch/fleet-name.ts'
import { splitSecrets } from '../../launch/secrets.ts'
import { addWorkerOptions } from '../worker-command.ts'

/** The words of `diapason worker`, read before anything is started with them. */
export interface WorkerWords {
  /** Without what is secret. */
  readonly words: readonly string[]
  readonly secrets: { readonly [variable: string]: string }
  /** A name for the fleet: the study's, or the file's. */
  readonly name: string
}

/**
 * Reads what stands behind `--`.
 * @throws {CommanderError} where a worker would not understand it
 * @throws {OptionError} where there is no storage that other machines reach
 */
export function readWorkerWords(words: readonly string[]): WorkerWords {
  const command = addWorkerOptions(new Command('worker')).exitOverride()
  const { operands, unknown } = command.parseOptions([...words])
  const [stranger] = unknown
  if (stranger !== undefined) throw new OptionError(`diapason worker has no option ${stranger}`, 'See its --help')
  const { storage, study } = command.opts<{ readonly storage?: string; readonly study?: string }>()
  if (storage === undefined) {
    throw new OptionError('The workers have no storage', 'Name the database they share behind --, as --storage URL')
  }
  if (storage.startsWith('sqlite:')) {
    throw new OptionError(
      `Workers on other machines cannot share ${storage}`,
      'Use a database on a server, postgresql://…, or a file on a shared disk, journal:/shared/FILE; several on this machine alone: diapason worker',
    )
  }
  if (operands.length === 0) throw new OptionError('The workers have nothing to run', 'Give a study file, or a command')
  const { url, secrets } = splitSecrets(storage)
  const end = words.includes('--') ? words.indexOf('--') : words.length
  const without = (word: string) => (word.endsWith(storage) ? word.slice(0, -storage.length) + url : word)
  const program = operands.slice(0, 2).findLast((word) => extname(word) !== '') ?? operands[0] ?? ''
  return {
    words: words.map((word, i) => (i < end ? without(word) : word)),
    secrets,
    name: fleetNameOf(study ?? basename(program, extname(program))),
  }
}

/** How this very program is called: where a disk is shared it is there on the other machines as well. */
export function ownProgram(): readonly string[] {
  return [process.execPath, ...process.execArgv, realpathSync(process.argv[1] ?? '')]
}
