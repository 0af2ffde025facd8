import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { openStorage } from '../storage/open-storage.ts'
import { storageFile } from '../storage/storage-file.ts'
import { checkNeural } from './fit/neural-package.ts'
import {
  CONFIRM_HELP,
  parseCountFlag,
  parseDurationFlag,
  parseIndex,
  parseSeedFlag,
  parseShareFlag,
  TESTS_HELP,
} from './options.ts'
import { runStudy } from './run.ts'
import type { RunFlags } from './run-plan.ts'
import { studyFileSource } from './run-source.ts'
import { startedWith } from './started-with.ts'

const STORAGE = 'sqlite:diapason-demo.db'
const NAME = 'digits'
const TIME_MS = 40_000
const JOBS = 2

type DemoFlags = Pick<RunFlags, 'trials' | 'time' | 'jobs' | 'seed' | 'confirm' | 'tests' | 'resume' | 'json'> & {
  readonly storage: string
}

const ABOUT = `
Tunes a dense network on 1,797 handwritten digits: a Gaussian process proposes, Hyperband stops what will not win, two processes train.
The best are trained again with fresh seeds to find the winner; default and winner are judged on digits that tuning never saw.
Every call starts a new study; --resume goes on with the latest. The same as a study file: diapason run --help.`

/** Adds `diapason demo`. */
export function register(program: Command): void {
  program
    .command('demo')
    .description('tune a real network on real handwritten digits in about a minute')
    .option('--time <duration>', `tune for this long (default: ${TIME_MS / 1000}s)`, parseDurationFlag)
    .option('--trials <n>', 'run until the study holds <n> finished trials in all', parseCountFlag)
    .option('--jobs <n>', `worker processes (default: ${JOBS}, or the processors there are)`, parseCountFlag)
    .option('--seed <n>', 'decides every suggestion (default: random)', parseSeedFlag)
    .option('--storage <url>', 'where the study is kept', STORAGE)
    .option('--confirm <share>', CONFIRM_HELP, parseShareFlag)
    .option('--tests <n>', TESTS_HELP, parseIndex)
    .option('--resume', 'go on with the latest demo')
    .option('--json', 'print newline-delimited events')
    .addHelpText('after', ABOUT)
    .action(async (flags: DemoFlags) => {
      process.exitCode = await runDemo(flags)
    })
}

async function runDemo(flags: DemoFlags): Promise<number> {
  checkNeural('The demo trains its network')
  const names = await demoNames(flags.storage)
  const resumed = flags.resume === true ? names.at(-1) : undefined
  const isOpenEnded = flags.time === undefined && flags.trials === undefined
  const { storage, ...given } = flags
  return runStudy({
    source: await studyFileSource(demoStudyFile()),
    flags: {
      ...given,
      storage,
      study: resumed ?? nextName(names),
      jobs: flags.jobs ?? Math.min(JOBS, availableParallelism()),
      ...(isOpenEnded ? { time: TIME_MS } : {}),
    },
    command: startedWith(process.argv.slice(2), process.env),
  })
}

/** Beside this file, in the sources and in the build; workers load it by its path. */
function demoStudyFile(): string {
  const ownFile = fileURLToPath(import.meta.url)
  return fileURLToPath(new URL(extname(ownFile) === '.ts' ? './demo-study.ts' : './demo-study.mjs', import.meta.url))
}

/** The demo studies of a storage, in the order they were made. */
async function demoNames(url: string): Promise<string[]> {
  const file = storageFile(url)
  if (file !== undefined && !existsSync(file)) return []
  const storage = await openStorage(url)
  try {
    const studies = await storage.listStudies()
    return studies.map(({ name }) => name).filter((name) => /^digits(-\d+)?$/.test(name))
  } finally {
    await storage.close()
  }
}

/** `digits`, then `digits-2`, `digits-3`, … */
export function nextName(taken: readonly string[]): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? NAME : `${NAME}-${i}`
    if (!taken.includes(name)) return name
  }
}
