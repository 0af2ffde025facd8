import { DiapasonError, OptionError, SpaceError, StorageError, StudyError } from '../errors.ts'
import type { Distribution } from '../space/distribution.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { stringifyPythonJson } from './python-json.ts'
import type { Storage } from './storage.ts'

/** Where a gateway takes calls. */
export const GATEWAY_PATH = '/storage/v1'

/** What may be asked of a storage from afar: all of it but `close`. */
export const GATEWAY_STEPS = [
  'createStudy',
  'findStudy',
  'listStudies',
  'deleteStudy',
  'setStudyAttr',
  'createTrial',
  'claimWaiting',
  'setParams',
  'report',
  'setTrialAttr',
  'finish',
  'readTrials',
  'heartbeat',
  'staleTrials',
] as const satisfies readonly (keyof Storage)[]

/** The name of a step. */
export type GatewayStep = (typeof GATEWAY_STEPS)[number]

/** One step as it travels, in Python's JSON: NaN and ±Infinity are legal there. */
export interface GatewayCall {
  /** Of this call alone: one that is sent again, since its answer was lost, is not done again. */
  readonly id: string
  readonly step: GatewayStep
  readonly args: readonly unknown[]
}

/** What became of a call. */
export type GatewayAnswer = { readonly result?: unknown } | { readonly error: SentError }

/** What `readTrials` answers: a trial comes with the position of its distributions, which most trials of a study share. */
export interface SentTrials {
  readonly trials: readonly (readonly [trial: Omit<TrialRecord, 'distributions'>, distributions: number])[]
  readonly distributions: readonly { readonly [path: string]: Distribution }[]
  readonly cursor: TrialsPlace
  /** There is more: the next call goes on from the cursor. */
  readonly hasMore: boolean
}

/** Where a caller stands in a study as one gateway process reads it; no other process can tell what that one has seen. */
export interface TrialsPlace {
  readonly feed: string
  /** How many of the trials that have ended the caller has. */
  readonly finished: number
  /** The reading up to which it knows how unfinished trials have changed. */
  readonly reading: number
}

interface SentError {
  readonly name: string
  readonly message: string
  readonly path?: string
}

const KINDS = { StudyError, StorageError, OptionError } as const

/**
 * JSON as it travels: what `parsePythonJson` reads, NaN and ±Infinity included.
 * @throws {StudyError} where the value holds something that JSON has no form for
 */
export function wireText(value: unknown): string {
  // JavaScript's own writer is many times faster, and knows no odd numbers.
  return isPlain(value, 0) ? JSON.stringify(value) : stringifyPythonJson(value)
}

/** Deeper data, such as a cycle, is left to the writer that says so. */
const MOST_DEPTH = 50

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value !== 'object' || depth > MOST_DEPTH) return false
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  return Object.values(value).every((item) => item === undefined || isPlain(item, depth + 1))
}

/** An error as it travels. */
export function sentError(error: unknown): SentError {
  if (error instanceof SpaceError) return { name: error.name, message: error.message, path: error.path }
  if (error instanceof DiapasonError) return { name: error.name, message: error.message }
  return { name: 'StorageError', message: 'The gateway failed at this step. See what it printed.' }
}

/** The error that the storage behind the gateway threw. */
export function receivedError({ name, message, path }: SentError): DiapasonError {
  if (name === 'SpaceError') return withMessage(new SpaceError(path ?? '', message, ''), message)
  const Kind = Object.hasOwn(KINDS, name) ? KINDS[name as keyof typeof KINDS] : StorageError
  return withMessage(new Kind(message, ''), message)
}

function withMessage<E extends Error>(error: E, message: string): E {
  error.message = message
  return error
}
