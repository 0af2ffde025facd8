import { constants } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { studyFolder, trialFolder } from '../runner/command/trial-folder.ts'

/** What the command of a trial left on this machine. */
export interface TrialFiles {
  readonly folder: string
  /** The end of what it printed; null where it has no log. */
  readonly log: { readonly text: string; readonly bytes: number; readonly isCut: boolean } | null
  /** Other files, by their path in the folder; at most 200. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
}

/** How much of a log is read, from its end. */
const MOST_LOG_BYTES = 64 * 1024
const MOST_FILES = 200
/** Folders within folders that are looked into. */
const DEEPEST = 3
/** What every trial of a command has. */
const OWN = new Set(['log.txt', 'params.json', 'results'])

/**
 * What a trial of a command left. Only what lies in its own folder is looked at: a link that leads elsewhere, put there by whatever the
 * trial ran, is not followed.
 * @returns undefined where it has no folder here
 */
export async function readTrialFiles(storage: string, study: string, trial: number): Promise<TrialFiles | undefined> {
  const root = await realpath(studyFolder(storage, study)).catch(() => undefined)
  if (root === undefined) return undefined
  const { path: folder, log } = trialFolder(root, trial)
  if ((await realpath(folder).catch(() => undefined)) !== folder) return undefined
  return { folder, log: await readEnd(log), files: await filesIn(folder) }
}

async function readEnd(path: string): Promise<TrialFiles['log']> {
  // Neither through a link, nor waiting for whoever writes to a pipe.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const file = await open(path, flags).catch(() => undefined)
  if (file === undefined) return null
  try {
    const state = await file.stat()
    if (!state.isFile()) return null
    const length = Math.min(state.size, MOST_LOG_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, state.size - length)
    return {
      text: plainText(buffer.subarray(0, bytesRead).toString('utf8')),
      bytes: state.size,
      isCut: length < state.size,
    }
  } finally {
    await file.close()
  }
}

async function filesIn(folder: string): Promise<TrialFiles['files']> {
  const found: { path: string; bytes: number }[] = []
  const visit = async (path: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true }).catch(() => [])) {
      if (found.length >= MOST_FILES) return
      const name = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory() && depth < DEEPEST) await visit(name, depth + 1)
      if (!entry.isFile() || OWN.has(name)) continue
      const bytes = await lstat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      )
      found.push({ path: name, bytes })
    }
  }
  await visit('', 0)
  return found
}

/** What a terminal would show in the end: no colours, no other control characters, of a progress line its last state. */
function plainText(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replaceAll(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g, '')
      .replaceAll('\r\n', '\n')
      .replaceAll(/^[^\n]*\r(?=[^\n])/gm, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: likewise
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
  )
}
