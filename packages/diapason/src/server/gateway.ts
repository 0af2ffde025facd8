import {
  GATEWAY_PATH,
  GATEWAY_STEPS,
  type GatewayAnswer,
  type GatewayCall,
  type GatewayStep,
  sentError,
} from '../storage/gateway-wire.ts'
import { parsePythonJson, stringifyPythonJson } from '../storage/python-json.ts'
import type { Storage } from '../storage/storage.ts'
import { checkAccess } from './guard.ts'
import { HttpError } from './http-error.ts'

/** Answers are kept for callers that ask again, as long as a caller is patient. */
const KEPT_MS = 6 * 60_000

/** What a gateway is made from. */
export interface GatewayOptions {
  readonly storage: Storage
  /** What callers must show. */
  readonly token: string
  /** Of errors that are nobody's mistake. */
  readonly onError?: (error: unknown) => void
}

/** A cursor as callers hold it. Another process behind the same address cannot tell what one of an earlier process has seen. */
interface GatewayCursor {
  readonly process: string
  readonly cursor: unknown
}

/** A storage over HTTP: takes lists of calls, carries them out at once, and answers them in order. */
export function createGateway({ storage, token, onError }: GatewayOptions): (request: Request) => Promise<Response> {
  const own = crypto.randomUUID()
  /** In the order they came, which is the order they are forgotten in. */
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<GatewayAnswer> }>()

  const carryOut = async ({ step, args }: GatewayCall): Promise<GatewayAnswer> => {
    try {
      if (step === 'readTrials') return { result: await read(Number(args[0]), args[1]) }
      // What the names allow is checked before; the storage checks what it is given.
      const result = await (storage[step] as (...args: readonly unknown[]) => Promise<unknown>)(...args)
      return result === undefined ? {} : { result }
    } catch (error) {
      const sent = sentError(error)
      if (sent.message.startsWith('The gateway failed')) onError?.(error)
      return { error: sent }
    }
  }
  const read = async (studyId: number, since: unknown) => {
    const known = isCursor(since) && since.process === own ? since.cursor : undefined
    const { trials, cursor } = await storage.readTrials(studyId, known)
    return { trials, cursor: { process: own, cursor } satisfies GatewayCursor }
  }
  const answerOf = (call: GatewayCall): Promise<GatewayAnswer> => {
    const now = Date.now()
    for (const [id, { at }] of kept) {
      if (now - at < KEPT_MS) break
      kept.delete(id)
    }
    const earlier = kept.get(call.id)
    if (earlier !== undefined) return earlier.answer
    const answer = carryOut(call)
    // A read may be done twice, and its answer is large.
    if (call.step !== 'readTrials') kept.set(call.id, { at: now, answer })
    return answer
  }

  return async (request) => {
    try {
      checkAccess(request, { hosts: 'any', token })
      const { pathname } = new URL(request.url)
      if (request.method !== 'POST' || pathname !== GATEWAY_PATH) {
        throw new HttpError(404, `This is a gateway of Diapason: it takes POST ${GATEWAY_PATH}`)
      }
      const calls = callsIn(await request.text())
      return reply(200, await Promise.all(calls.map(answerOf)))
    } catch (error) {
      if (error instanceof HttpError) return reply(error.status, { error: error.message })
      onError?.(error)
      return reply(500, { error: 'The gateway failed' })
    }
  }
}

function reply(status: number, data: unknown): Response {
  return new Response(stringifyPythonJson(data), { status, headers: { 'content-type': 'application/json' } })
}

/** @throws {HttpError} where it is no list of calls */
function callsIn(text: string): readonly GatewayCall[] {
  let calls: unknown
  try {
    calls = parsePythonJson(text)
  } catch {
    throw new HttpError(400, 'The body is no JSON')
  }
  if (!Array.isArray(calls) || !calls.every(isCall)) throw new HttpError(400, 'The body is no list of calls')
  return calls
}

function isCall(call: unknown): call is GatewayCall {
  if (typeof call !== 'object' || call === null) return false
  const { id, step, args } = call as { readonly [field: string]: unknown }
  return typeof id === 'string' && GATEWAY_STEPS.includes(step as GatewayStep) && Array.isArray(args)
}

function isCursor(cursor: unknown): cursor is GatewayCursor {
  return typeof cursor === 'object' && cursor !== null && 'process' in cursor && 'cursor' in cursor
}
