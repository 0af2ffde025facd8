import { Command } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { oneLine } from './exit-codes.ts'
import { register as registerRun } from './run-command.ts'

const EXAMPLES = `
Examples:
  diapason demo                         tune a real network in about a minute
  diapason run tune.ts --time 10m       tune what a study file defines; see diapason run --help
  diapason best tune                    the best configuration, in words or with --json
  diapason export tune --format csv     every trial, for a spreadsheet

Studies are kept in diapason.db in the current folder unless --storage says otherwise.`

/** The whole command line, ready to parse. Throws CommanderError instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('diapason')
    .description('Hyperparameter tuning for neural networks.')
    .version(packageJson.version, '-v, --version', 'print the version')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) })
  registerRun(program)
  return program
}
