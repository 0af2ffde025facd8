import { OptionError } from '../errors.ts'
import type { CheckpointStore } from './storage.ts'

/** Stands in for folders where there is no Node.js, such as in a browser. */
export function checkpointFolder(folder: string): CheckpointStore {
  throw new OptionError(
    `checkpoints.folder is "${folder}", and folders need Node.js`,
    'Leave it out: checkpoints are then kept in memory',
  )
}

/** The folder, whatever the study. */
export const studyCheckpoints = (folder: string): string => folder
