import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { storageFile } from '../../storage/storage-file.ts'

/** What one trial of a command keeps on disk. */
export interface TrialFolder {
  readonly path: string
  readonly log: string
  /** The parameters, nested, as JSON. */
  readonly paramsFile: string
  /** Lines that the program writes here are read as if it had printed them. */
  readonly resultsFile: string
  /** For the program to use; a trial that was cut short and queued again finds it as it was. */
  readonly checkpoint: string
}

/**
 * Where the trials of a study keep their files: beside its file, `tuning.trials/STUDY` for `sqlite:tuning.db` and `journal:tuning.log`;
 * for other storages `diapason.trials/STUDY` in the current folder.
 */
export function studyFolder(storage: string, study: string): string {
  const name = study.replaceAll(/[^\w.-]+/g, '_').replace(/^\.+/, '_')
  const file = storageFile(storage)
  if (file === undefined) return resolve('diapason.trials', name)
  const database = resolve(file)
  return join(dirname(database), `${basename(database, extname(database))}.trials`, name)
}

/** A folder for a study that is not kept. */
export function temporaryStudyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'diapason-'))
}

/**
 * The files of a trial; none of them need be there.
 * @param study        the folder of its study
 * @param firstAttempt the trial that began its configuration, whose checkpoints it goes on with
 * @param checkpoints  where those of the study lie (default: beside each trial's other files)
 */
export function trialFolder(study: string, trial: number, firstAttempt = trial, checkpoints?: string): TrialFolder {
  const path = join(study, String(trial))
  return {
    path,
    log: join(path, 'log.txt'),
    paramsFile: join(path, 'params.json'),
    resultsFile: join(path, 'results'),
    checkpoint:
      checkpoints === undefined
        ? join(study, String(firstAttempt), 'checkpoint')
        : join(checkpoints, String(firstAttempt)),
  }
}

/** Makes the folder of a trial that starts. What an earlier study of this name left there goes. */
export function makeTrialFolder(folder: TrialFolder, params: unknown): void {
  rmSync(folder.path, { recursive: true, force: true })
  mkdirSync(folder.path, { recursive: true })
  mkdirSync(folder.checkpoint, { recursive: true })
  writeFileSync(folder.paramsFile, `${JSON.stringify(params, undefined, 2)}\n`)
  writeFileSync(folder.resultsFile, '')
}

/** Takes away what the trial did not use. */
export function tidyTrialFolder(folder: TrialFolder): void {
  try {
    if (readdirSync(folder.checkpoint).length === 0) rmdirSync(folder.checkpoint)
  } catch {
    // The program took it away itself.
  }
}
