import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { openStorage, type TrialRecord } from 'diapason'

const run = promisify(execFile)
const program = path.join(import.meta.dirname, '../../packages/diapason/src/cli/main.ts')

export const studyFile = path.join(import.meta.dirname, 'fleet-study.ts')

/** Runs `diapason launch`, as a person would. @returns what it printed */
export async function launch(words: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--conditions=@diapason/source', program, 'launch', ...words], {
    env: { ...process.env, ...env },
    cwd,
  })
  return stdout
}

/** The trials of a study; none while there is no such study. */
export async function trialsOf(url: string, name: string): Promise<readonly TrialRecord[]> {
  const storage = await openStorage(url)
  try {
    const study = await storage.findStudy(name)
    return study === undefined ? [] : (await storage.readTrials(study.id)).trials
  } finally {
    await storage.close()
  }
}

/** Numbers of attempts that others took the place of. */
export function replaced(trials: readonly TrialRecord[]): readonly number[] {
  return trials.flatMap(({ systemAttrs }) => ((systemAttrs.retry_history ?? []) as readonly number[]).slice(-1))
}

export const complete = (trials: readonly TrialRecord[]) => trials.filter(({ state }) => state === 'complete')
