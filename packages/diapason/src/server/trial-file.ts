import { constants } from 'node:fs'
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { studyFolder, trialFolder } from '../runner/command/trial-folder.ts'

/** A file of a trial, as it was when it was opened: what is written to it later is left out. */
export interface TrialFile {
  /** The last part of its path. */
  readonly name: string
  readonly bytes: number
  /** Its content; must be read or cancelled, which closes the file. */
  readonly content: ReadableStream<Uint8Array>
}

const CHUNK_BYTES = 64 * 1024

/**
 * Opens a file in the folder of a trial. Nothing outside of it can be reached: neither by the path, nor through a link that whatever the
 * trial ran put there; and nothing but a plain file is opened, so that no pipe is waited for.
 * @param path in the folder, parts divided by `/`
 * @returns undefined where there is no such file
 */
export async function openTrialFile(
  storage: string,
  study: string,
  trial: number,
  path: string,
): Promise<TrialFile | undefined> {
  const parts = path.split('/')
  if (!parts.every(isName)) return undefined
  const root = await realpath(studyFolder(storage, study)).catch(() => undefined)
  if (root === undefined) return undefined
  const expected = join(trialFolder(root, trial).path, ...parts)
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  if (!(await isWithoutLinks(expected))) return undefined
  const file = await open(expected, flags).catch(() => undefined)
  if (file === undefined) return undefined
  const state = await file.stat()
  // A folder on the way may have become a link meanwhile; then what was opened is not what lies there without one.
  const isSame = async () => {
    const there = await lstat(expected).catch(() => undefined)
    return there?.ino === state.ino && there.dev === state.dev && (await isWithoutLinks(expected))
  }
  if (!state.isFile() || !(await isSame())) {
    await file.close()
    return undefined
  }
  return { name: parts.at(-1) ?? path, bytes: state.size, content: contentOf(file, state.size) }
}

/** May a part of a path be the name of a file or folder? */
function isName(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !part.includes('\0') && (sep === '/' || !/[\\:]/.test(part))
}

async function isWithoutLinks(path: string): Promise<boolean> {
  return (await realpath(path).catch(() => undefined)) === path
}

/** The first `bytes` of a file, read as they are taken. */
function contentOf(file: FileHandle, bytes: number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const length = Math.min(CHUNK_BYTES, bytes - at)
        const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, at)
        at += bytesRead
        // A file that has become shorter meanwhile cannot keep what its length promised.
        if (bytesRead === 0 && at < bytes) {
          await file.close()
          controller.error(new Error('The file has become shorter while it was read'))
          return
        }
        if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead))
        if (at < bytes) return
        await file.close()
        controller.close()
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  )
}
