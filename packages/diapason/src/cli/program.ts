import { createRequire } from 'node:module'
import { Command } from 'commander'
import { register as registerBest } from './commands/best.ts'
import { register as registerCompare } from './commands/compare.ts'
import { register as registerDashboard } from './commands/dashboard.ts'
import { register as registerDelete } from './commands/delete.ts'
import { register as registerExport } from './commands/export.ts'
import { register as registerImportance } from './commands/importance.ts'
import { register as registerLogs } from './commands/logs.ts'
import { register as registerPlot } from './commands/plot.ts'
import { register as registerReport } from './commands/report.ts'
import { register as registerServe } from './commands/serve.ts'
import { register as registerShow } from './commands/show.ts'
import { register as registerStudies } from './commands/studies.ts'
import { register as registerTrials } from './commands/trials.ts'
import { register as registerDemo } from './demo.ts'
import { oneLine } from './exit-codes.ts'
import { register as registerFit } from './fit/fit-command.ts'
import { register as registerPredict } from './fit/predict-command.ts'
import { register as registerLaunch } from './launch/launch-command.ts'
import { register as registerRun } from './run-command.ts'
import { register as registerWorker } from './worker-command.ts'

const EXAMPLES = `
Examples:
  diapason demo                         tune a real network in about a minute
  diapason fit houses.csv --target price --time 5m      a tuned network for a table
  diapason run tune.ts --time 10m       tune what a study file defines; see diapason run --help
  diapason run --param 'lr=log 1e-5..1' --goal 'minimize loss' -- python train.py --lr {lr}
  diapason best tune                    the best configuration, in words or with --json
  diapason compare tune tune-2          is one study better than another, and how sure is that
  diapason export tune --format csv     every trial, for a spreadsheet
  diapason report tune -o report.html   charts and words in one file to send
  diapason dashboard                    a page with all studies, live

Studies are kept in diapason.db in the current folder unless --storage says otherwise.`

/** By the package's own name, so that it is found from the sources and from the build. */
function ownVersion(): string {
  const { version } = createRequire(import.meta.url)('diapason/package.json') as { readonly version: string }
  return version
}

/** The whole command line, ready to parse. Throws CommanderError instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('diapason')
    .description('Hyperparameter tuning for neural networks.')
    .version(ownVersion(), '-v, --version', 'print the version')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) })
  const commands = [
    registerDemo,
    registerFit,
    registerPredict,
    registerRun,
    registerWorker,
    registerLaunch,
    registerStudies,
    registerShow,
    registerTrials,
    registerLogs,
    registerBest,
    registerImportance,
    registerCompare,
    registerExport,
    registerPlot,
    registerReport,
    registerDashboard,
    registerServe,
    registerDelete,
  ]
  for (const register of commands) register(program)
  return program
}
