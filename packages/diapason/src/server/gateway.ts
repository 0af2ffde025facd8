import {
  GATEWAY_PATH,
  GATEWAY_STEPS,
  type GatewayCall,
  type GatewayStep,
  sentError,
  wireText,
} from '../storage/gateway-wire.ts'
import { parsePythonJson } from '../storage/python-json.ts'
import type { Storage } from '../storage/storage.ts'
import { checkAccess } from './guard.ts'
import { HttpError } from './http-error.ts'
import { createStudyFeed, type StudyFeed } from './study-feed.ts'

/** Answers are kept for callers that ask again, as long as a caller is patient. */
const KEPT_MS = 6 * 60_000
/** A study that nobody has read for so long is read anew. */
const FEED_MS = 10 * 60_000

/** What a gateway is made from. */
export interface GatewayOptions {
  readonly storage: Storage
  /** What callers must show. */
  readonly token: string
  /** Of errors that are nobody's mistake. */
  readonly onError?: (error: unknown) => void
}

/** A storage over HTTP: takes lists of calls, carries them out at once, and answers them in order. */
export function createGateway({ storage, token, onError }: GatewayOptions): (request: Request) => Promise<Response> {
  /** In the order they came, which is the order they are forgotten in. */
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<string> }>()
  const feeds = new Map<number, StudyFeed>()

  const feedOf = (studyId: number): StudyFeed => {
    const now = performance.now()
    for (const [id, { askedAt }] of feeds) if (now - askedAt > FEED_MS) feeds.delete(id)
    let feed = feeds.get(studyId)
    if (feed === undefined) {
      feed = createStudyFeed(storage, studyId)
      feeds.set(studyId, feed)
    }
    return feed
  }
  const carryOut = async ({ step, args }: GatewayCall): Promise<string> => {
    try {
      if (step === 'readTrials') return `{"result":${await feedOf(Number(args[0])).read(args[1])}}`
      if (step === 'deleteStudy') feeds.delete(Number(args[0]))
      // What the names allow is checked before; the storage checks what it is given.
      const result = await (storage[step] as (...args: readonly unknown[]) => Promise<unknown>)(...args)
      return result === undefined ? '{}' : `{"result":${wireText(result)}}`
    } catch (error) {
      const sent = sentError(error)
      if (sent.message.startsWith('The gateway failed')) onError?.(error)
      return wireText({ error: sent })
    }
  }
  const answerOf = (call: GatewayCall): Promise<string> => {
    const now = performance.now()
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
      return reply(200, `[${(await Promise.all(calls.map(answerOf))).join()}]`)
    } catch (error) {
      if (error instanceof HttpError) return reply(error.status, JSON.stringify({ error: error.message }))
      onError?.(error)
      return reply(500, '{"error":"The gateway failed"}')
    }
  }
}

function reply(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'application/json' } })
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
