import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A Python with Optuna 5 and optuna-dashboard, given by the environment. */
export const python = process.env.OPTUNA_PYTHON ?? ''
/** Why tests with Python are skipped; empty where they run. CI may not skip them. */
export const skipReason =
  python === ''
    ? 'OPTUNA_PYTHON names no Python with Optuna. Make one: python3 -m venv .venv && .venv/bin/pip install optuna==5.0.0 optuna-dashboard psycopg2-binary'
    : ''
if (skipReason !== '') console.log(`skipped: ${skipReason}`)

/** Optuna's spelling of an absolute path. */
export const optunaUrl = (file: string) => `sqlite:///${file}`

export const OPTUNA_SIDE = path.join(import.meta.dirname, 'optuna_side.py')
export const optunaEnvironment = { ...process.env, TZ: 'UTC', OMP_NUM_THREADS: '1' }

/** Runs optuna_side.py on a URL as Optuna writes it, and reads its answer. Local time is UTC there, since Optuna answers in local time. */
export async function optuna(
  command: 'dump' | 'best' | 'create' | 'continue',
  url: string,
  ...rest: string[]
): Promise<unknown> {
  const { stdout } = await run(python, [OPTUNA_SIDE, command, url, ...rest], {
    env: optunaEnvironment,
    maxBuffer: 2 ** 28,
  })
  return JSON.parse(stdout, (_, value) =>
    typeof value === 'object' && value !== null && typeof value.number === 'string' ? Number(value.number) : value,
  )
}

/** A study as optuna_side.py tells it. */
export interface OptunaStudy {
  readonly name: string
  readonly directions: readonly string[]
  readonly userAttrs: { readonly [key: string]: unknown }
  readonly metricNames: readonly string[] | null
  readonly trials: readonly OptunaTrial[]
}

/** A trial as optuna_side.py tells it. */
export interface OptunaTrial {
  readonly number: number
  readonly state: string
  readonly values: readonly number[]
  readonly params: readonly (readonly [name: string, value: unknown])[]
  readonly distributions: { readonly [name: string]: string }
  readonly reports: readonly (readonly [step: number, value: number])[]
  readonly userAttrs: { readonly [key: string]: unknown }
  readonly systemAttrs: { readonly [key: string]: unknown }
  readonly startedAt: string | null
  readonly finishedAt: string | null
}
