import { messageOf, StorageError } from '../errors.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import {
  GATEWAY_PATH,
  type GatewayAnswer,
  type GatewayCall,
  type GatewayStep,
  receivedError,
  type SentTrials,
  wireText,
} from './gateway-wire.ts'
import { maskedUrl } from './postgres-url.ts'
import { parsePythonJson } from './python-json.ts'
import type { Cursor, Storage } from './storage.ts'

/** How long a step waits for a gateway that is away; the first one, by which it is opened, does not. */
const PATIENCE_MS = 5 * 60_000
const ANSWER_MS = 60_000
const FIRST_PAUSE_MS = 100
/** Nobody answered, or a proxy did whose gateway is away. */
const AWAY: readonly number[] = [0, 502, 503, 504]
const LONGEST_PAUSE_MS = 5000
/** Calls that travel together at most. */
const MOST_CALLS = 64

/** How long to be patient, for tests. */
export interface GatewayPatience {
  readonly patienceMs?: number
}

interface Waiting {
  readonly call: GatewayCall
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * A storage behind `diapason serve`, by its address: `https://gateway.example.org`. The token is the URL's password
 * (`https://worker:TOKEN@…`) or DIAPASON_TOKEN. Calls of one turn of the event loop travel together.
 * @throws {StorageError} where nobody answers there, or the token is wrong
 */
export async function openGateway(url: string, { patienceMs = PATIENCE_MS }: GatewayPatience = {}): Promise<Storage> {
  const parsed = URL.parse(url)
  if (parsed === null) throw new StorageError(`"${maskedUrl(url)}" is no address`, 'Write https://HOST:PORT')
  const token = decodeURIComponent(parsed.password) || tokenFromEnvironment()
  const shown = maskedUrl(url)
  parsed.username = ''
  parsed.password = ''
  const target = new URL(`${parsed.pathname.replace(/\/$/, '')}${GATEWAY_PATH}`, parsed)
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  let waiting: Waiting[] = []
  let isOpen = false

  const call = async (step: GatewayStep, ...args: readonly unknown[]): Promise<unknown> => {
    const given = args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1)
    // Written at once: the caller may change what it gave, and hears at once of what JSON cannot hold.
    const copy = parsePythonJson(wireText(given)) as readonly unknown[]
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) setTimeout(flush, 0)
      waiting.push({ call: { id: crypto.randomUUID(), step, args: copy }, resolve, reject })
    })
  }
  const flush = () => {
    const all = waiting
    waiting = []
    for (let at = 0; at < all.length; at += MOST_CALLS) void deliver(all.slice(at, at + MOST_CALLS))
  }
  const deliver = async (batch: readonly Waiting[]) => {
    try {
      const answers = await post(batch.map((each) => each.call))
      for (const [i, { resolve, reject }] of batch.entries()) {
        const answer = answers[i]
        if (answer === undefined) reject(new StorageError(`${shown} gave too few answers`, 'Is it a gateway?'))
        else if ('error' in answer) reject(receivedError(answer.error))
        else resolve(answer.result)
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const post = async (calls: readonly GatewayCall[]): Promise<readonly GatewayAnswer[]> => {
    const body = wireText(calls)
    const until = performance.now() + patienceMs
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const answered = await fetch(target, { method: 'POST', headers, body, signal: AbortSignal.timeout(ANSWER_MS) })
        .then(async (response) => ({ status: response.status, text: await response.text() }))
        .catch((error: unknown) => ({ status: 0, text: reasonOf(error) }))
      if (answered.status === 200) return parsePythonJson(answered.text) as readonly GatewayAnswer[]
      if (!AWAY.includes(answered.status) || !isOpen || performance.now() + pause > until)
        throw refusal(shown, answered)
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
    }
  }

  await call('findStudy', '')
  isOpen = true
  const steps = {
    createStudy: (...args) => call('createStudy', ...args),
    findStudy: (...args) => call('findStudy', ...args),
    listStudies: () => call('listStudies'),
    deleteStudy: (...args) => call('deleteStudy', ...args),
    setStudyAttr: (...args) => call('setStudyAttr', ...args),
    createTrial: (...args) => call('createTrial', ...args),
    claimWaiting: (...args) => call('claimWaiting', ...args),
    setParams: (...args) => call('setParams', ...args),
    report: (...args) => call('report', ...args),
    setTrialAttr: (...args) => call('setTrialAttr', ...args),
    finish: (...args) => call('finish', ...args),
    readTrials: (studyId, since) => readTrials((cursor) => call('readTrials', studyId, cursor), since),
    heartbeat: (...args) => call('heartbeat', ...args),
    staleTrials: (...args) => call('staleTrials', ...args),
  } satisfies { readonly [S in GatewayStep]: (...args: Parameters<Storage[S]>) => Promise<unknown> }
  // What the storage behind the gateway answers, by the same interface.
  const answers = steps as unknown as Pick<Storage, GatewayStep>
  const lacking = <T>(value: T | null): T | undefined => value ?? undefined
  return {
    ...answers,
    url: shown,
    findStudy: async (name) => lacking(await answers.findStudy(name)),
    createTrial: async (...args) => lacking(await answers.createTrial(...args)),
    claimWaiting: async (...args) => lacking(await answers.claimWaiting(...args)),
    async close() {},
  }
}

/** In as many calls as it takes. `read` asks once. */
async function readTrials(read: (cursor: Cursor) => Promise<unknown>, since: Cursor) {
  const trials: TrialRecord[] = []
  for (let cursor = since; ; ) {
    const sent = (await read(cursor)) as SentTrials
    for (const [trial, position] of sent.trials) {
      trials.push({ ...trial, distributions: sent.distributions[position] ?? {} } as TrialRecord)
    }
    cursor = sent.cursor
    if (!sent.hasMore) return { trials: trials.sort((a, b) => a.number - b.number), cursor }
  }
}

function refusal(shown: string, { status, text }: { readonly status: number; readonly text: string }): StorageError {
  if (status === 0) {
    const remedy = 'Is `diapason serve` running there?'
    return new StorageError(`${shown} does not answer: ${text}`, remedy, { isUnreachable: true })
  }
  if (status === 401) {
    return new StorageError(`${shown} refuses the token`, 'Put the one that it was started with into DIAPASON_TOKEN')
  }
  return new StorageError(`${shown} answered ${status}: ${text.trim().slice(0, 200)}`, 'Is it a gateway of Diapason?', {
    isUnreachable: AWAY.includes(status),
  })
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error)
}

function tokenFromEnvironment(): string | undefined {
  const { process } = globalThis as { readonly process?: { readonly env?: { readonly [name: string]: string } } }
  return process?.env?.DIAPASON_TOKEN
}
