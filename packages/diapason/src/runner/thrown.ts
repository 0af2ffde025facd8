import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DiapasonError, messageOf, StudyStopped, TrialPruned, TrialTimedOut } from '../errors.ts'

/** Errors that keep their class on the way between processes. */
const CLASSES = { TrialPruned, TrialTimedOut, StudyStopped }

/** An error as it travels between processes. */
export interface ThrownMessage {
  /** Of the error's class: `TrialPruned`, `TypeError`, … */
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
}

/** What was thrown, for sending. Classes go by name: the study file may bring its own copy of the library. */
export function encodeThrown(thrown: unknown): ThrownMessage {
  const isError = thrown instanceof Error
  return { name: isError ? thrown.name : '', message: messageOf(thrown), stack: isError ? thrown.stack : undefined }
}

/** What was sent, as an error again. */
export function decodeThrown({ name, message, stack }: ThrownMessage): Error {
  const Class = Object.hasOwn(CLASSES, name) ? CLASSES[name as keyof typeof CLASSES] : undefined
  const error = Class === undefined ? new Error() : new Class('', '')
  error.message = message
  if (stack !== undefined) error.stack = stack
  return error
}

/**
 * The error with the line of the study file (or of what it imports from its own folder) where it arose, as in
 * `x is not a function (tune.ts:14:9)`. Pruned trials and the library's own errors explain themselves and stay as they are.
 */
export function withPlace(thrown: unknown, file: string): unknown {
  if (!(thrown instanceof Error) || thrown instanceof DiapasonError || thrown.name === 'TrialPruned') return thrown
  const place = placeIn(thrown.stack ?? '', file)
  if (place === undefined) return thrown
  const told = new Error(`${messageOf(thrown)} (${place})`, { cause: thrown })
  if (thrown.stack !== undefined) told.stack = thrown.stack
  return told
}

/** The first place of a stack that lies beside or below the given file and in no package, as `tune.ts:14:9`. */
export function placeIn(stack: string, file: string): string | undefined {
  const folder = dirname(resolve(file)) + sep
  // Node heads the stack of a syntax error with a bare path, and writes the frames below as URLs.
  const places = stack.matchAll(/(?:^|[\s(])(file:\/\/[^\s)]+?|\/[^\s)]+?):(\d+)(?::(\d+))?(?=[\s)]|$)/g)
  for (const [, where = '', line, column] of places) {
    const path = where.startsWith('file:') ? fileURLToPath(where.replace(/\?.*$/, '')) : where
    if (!path.startsWith(folder) || path.includes(`${sep}node_modules${sep}`)) continue
    const name = relative(process.cwd(), path)
    return column === undefined ? `${name}:${line}` : `${name}:${line}:${column}`
  }
  return undefined
}
