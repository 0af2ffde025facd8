import { DiapasonError, OptionError, SpaceError, StorageError, StudyError } from '../errors.ts'
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

interface SentError {
  readonly name: string
  readonly message: string
  readonly path?: string
}

const KINDS = { StudyError, StorageError, OptionError } as const

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
