import { parseArgs } from 'node:util'
import { suiteNames } from './suites.ts'
import { dataFolder } from './tasks/data-folder.ts'

/** What to race, from the command line. */
export interface Settings {
  readonly suites: readonly string[]
  /** How many seeds; slow contestants get `slowSeeds`. */
  readonly seeds: number
  readonly slowSeeds: number
  /** Families or ids; empty: everybody. */
  readonly contestants: readonly string[]
  /** Only tasks whose name contains one of these; empty: all. */
  readonly tasks: readonly string[]
  readonly heldOut: boolean
  readonly data: string | undefined
  readonly install: boolean
  /** Minutes after which no further search starts. */
  readonly minutes: number
  /** Searches side by side. */
  readonly jobs: number
  /** Traces of earlier versions of ours count where a search that is run again comes out the same. */
  readonly adopt: boolean
  /** Report what is there already, race nothing. */
  readonly reportOnly: boolean
  /** Rewrites bench/RESULTS.md and the plots. */
  readonly write: boolean
  /** Folder of the traces. */
  readonly results: string
}

type Preset = Pick<Settings, 'suites' | 'seeds' | 'slowSeeds' | 'minutes'> & { readonly fast: boolean }

/** `quick` ends within ten minutes; `nightly` is one night of one machine; `claim` goes on for as many evenings as it takes. */
const PRESETS: { readonly [name: string]: Preset } = {
  quick: { suites: ['functions', 'tables'], seeds: 3, slowSeeds: 0, minutes: 10, fast: true },
  nightly: { suites: suiteNames, seeds: 10, slowSeeds: 2, minutes: 480, fast: false },
  claim: { suites: suiteNames, seeds: 30, slowSeeds: 5, minutes: Number.POSITIVE_INFINITY, fast: false },
}

export const USAGE = `npm run race -- [quick | nightly | claim] [options]

  quick     functions and tables, 3 seeds, ten minutes at most (default)
  nightly   every suite, 10 seeds, slow contestants 2
  claim     every suite, 30 seeds, slow contestants 5; stop and start as you like

  --suite NAMES         of ${suiteNames.join(', ')}
  --contestants NAMES   families or ids: ours,optuna-tpe
  --tasks NAMES         only tasks whose name contains one of these
  --seeds N             how many seeds, --slow-seeds N for those that think for seconds
  --held-out            the tasks and seeds that nobody develops on
  --data FOLDER         measurements of others (default: DIAPASON_BENCHMARKS)
  --install             set up Python environments for the peers
  --minutes N           start no further search after so long
  --jobs N              searches side by side (default 1; times are honest at 1)
  --results FOLDER      where traces are kept (default: bench/quality/results)
  --adopt               traces of our earlier versions count where one search a task, run again, is the same
  --report              race nothing, report what is there
  --write               rewrite bench/RESULTS.md and the plots`

/**
 * Reads the command line.
 * @throws {Error} that says what to write instead
 */
export function parseSettings(args: readonly string[], defaultResults: string): Settings {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      suite: { type: 'string' },
      contestants: { type: 'string' },
      tasks: { type: 'string' },
      seeds: { type: 'string' },
      'slow-seeds': { type: 'string' },
      'held-out': { type: 'boolean', default: false },
      data: { type: 'string' },
      install: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      jobs: { type: 'string' },
      results: { type: 'string' },
      adopt: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  })
  const name = positionals[0] ?? 'quick'
  const preset = PRESETS[name]
  if (preset === undefined) throw new Error(`No setting "${name}"; there are ${Object.keys(PRESETS).join(', ')}`)
  const suites = values.suite === undefined ? preset.suites : listOf(values.suite)
  const unknown = suites.find((suite) => !suiteNames.includes(suite))
  if (unknown !== undefined) throw new Error(`No suite "${unknown}"; there are ${suiteNames.join(', ')}`)
  const seeds = numberOf('seeds', values.seeds, preset.seeds)
  return {
    suites,
    seeds,
    slowSeeds: numberOf('slow-seeds', values['slow-seeds'], values.seeds === undefined ? preset.slowSeeds : seeds),
    contestants: listOf(values.contestants),
    tasks: listOf(values.tasks),
    heldOut: values['held-out'],
    data: dataFolder(values.data),
    install: values.install,
    minutes: numberOf('minutes', values.minutes, preset.minutes),
    jobs: numberOf('jobs', values.jobs, 1),
    adopt: values.adopt,
    reportOnly: values.report,
    write: values.write,
    results: values.results ?? defaultResults,
  }
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((part) => part !== '')
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text)
  if (value >= 0) return value
  throw new Error(`--${name} is ${text}: give a number of at least 0`)
}
