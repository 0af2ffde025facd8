import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { DiapasonError, OptionError } from '../errors.ts'
import { createDashboard, type DashboardOptions, type PageFile } from './app.ts'
import { openTrialFile } from './trial-file.ts'
import { readTrialFiles } from './trial-files.ts'

/** Where to listen. */
export interface ListenOptions extends Omit<DashboardOptions, 'hosts'> {
  /** Address to listen at, default 127.0.0.1: this machine alone. */
  readonly host?: string
  /** Default 8080; 0 takes any that is free. */
  readonly port?: number
  /** Further names under which the server may be asked. */
  readonly allowedHosts?: readonly string[]
}

/** A server that listens. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:8080/`. */
  readonly url: string
  close(): Promise<void>
}

/** Largest body of a request to the dashboard. */
const MOST_BYTES = 256 * 1024
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']
/** The page's files; nothing else is ever read. */
const PAGE_FILES = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/app.js', 'app.js', 'text/javascript; charset=utf-8'],
  ['/app.css', 'app.css', 'text/css; charset=utf-8'],
  ['/icon.svg', 'icon.svg', 'image/svg+xml'],
] as const

/**
 * Serves the dashboard.
 * @throws {OptionError} where other machines could reach it and there is no token
 * @throws {DiapasonError} where the port is taken
 */
export async function serveDashboard(options: ListenOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 8080, token, allowedHosts = [] } = options
  const isLocal = host === '127.0.0.1' || host === '::1' || host === 'localhost'
  if (!isLocal && token === undefined) {
    throw new OptionError(`Other machines could reach the dashboard at ${host}`, 'Give it a token')
  }
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const own = host.includes(':') ? `[${host}]` : host
  // A machine that listens everywhere has more names than it knows.
  const hosts = isEverywhere ? 'any' : [...LOOPBACK, own, ...allowedHosts].map((name) => name.toLowerCase())
  const trialFiles = (study: string, trial: number) => readTrialFiles(options.storage.url, study, trial)
  const trialFile = (study: string, trial: number, path: string) =>
    openTrialFile(options.storage.url, study, trial, path)
  const dashboard = createDashboard({ trialFiles, trialFile, ...options, hosts })
  const server = await listen(dashboard.fetch, { host, port, mostBytes: MOST_BYTES })
  return {
    url: server.url,
    close() {
      dashboard.close()
      return server.close()
    },
  }
}

/** How long the server waits for clients, in milliseconds. */
export interface Patience {
  /** For the head of a request, default 10,000. */
  readonly headersMs: number
  /** For all of a request, its body included, default 30,000. */
  readonly requestMs: number
  /** For the next request on a connection, default 5,000. */
  readonly keepAliveMs: number
  /** For a reader that takes nothing of an answer, default 60,000. */
  readonly readerMs: number
}

const PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000, keepAliveMs: 5000, readerMs: 60_000 }
/** How often requests are held against these times: at Node's 30 s one of 10 s could last for 40. */
const CHECK_MS = 1000

/** Where and how to answer. */
export interface AnswerOptions {
  readonly host: string
  readonly port: number
  /** Largest body of a request that is read. */
  readonly mostBytes: number
  /** Callers that are connected at the same time (default 1000). */
  readonly mostConnections?: number
  readonly patience?: Patience
}

/** Answers requests over HTTP. @throws {DiapasonError} where the port is taken */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { host, port, mostBytes, mostConnections = 1000, patience = PATIENCE }: AnswerOptions,
): Promise<RunningServer> {
  const { headersMs, requestMs, keepAliveMs, readerMs } = patience
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: Math.min(CHECK_MS, headersMs),
      maxHeaderSize: 16 * 1024,
    },
    (incoming, outgoing) => {
      void respond(fetch, incoming, outgoing, { mostBytes, readerMs })
    },
  )
  server.maxConnections = mostConnections
  await listening(server, port, host)
  const { port: bound } = server.address() as AddressInfo
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const name = isEverywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${name}:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The page's files as they were built. @throws {DiapasonError} where they were not */
export function pageFiles(): ReadonlyMap<string, PageFile> {
  // Beside the build's own file, or in the build when run from the sources.
  const folders = ['./dashboard/', '../../dist/dashboard/'].map((path) => new URL(path, import.meta.url))
  const folder = folders.find((each) => existsSync(fileURLToPath(new URL('index.html', each))))
  if (folder === undefined) throw new DiapasonError('The page has not been built', 'Run `npm run build` first')
  return new Map(
    PAGE_FILES.map(([path, file, type]) => [
      path,
      { type, content: readFileSync(fileURLToPath(new URL(file, folder))) },
    ]),
  )
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const problem =
        error.code === 'EADDRINUSE' ? `Port ${port} is taken` : `Cannot listen at ${host}:${port} (${error.message})`
      reject(new DiapasonError(problem, 'Give another by --port; 0 takes any that is free', { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}

/** Carries a request over to web standards and the answer back. */
async function respond(
  fetch: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { mostBytes, readerMs }: { readonly mostBytes: number; readonly readerMs: number },
): Promise<void> {
  try {
    const request = await webRequest(incoming, mostBytes)
    if (request === undefined) {
      outgoing
        .writeHead(413, { 'content-type': 'application/json', connection: 'close' })
        .end('{"error":"The body is too large"}\n')
      return
    }
    const response = await fetch(request)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    if (response.body === null || incoming.method === 'HEAD' || outgoing.destroyed) {
      // What stands behind the body, such as a file, is let go.
      await response.body?.cancel()
      outgoing.end()
      return
    }
    // Fires only where nothing of what was written has been taken meanwhile.
    outgoing.setTimeout(readerMs, () => outgoing.destroy())
    const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream)
    outgoing.once('close', () => body.destroy())
    body.once('error', () => outgoing.destroy())
    body.pipe(outgoing)
  } catch {
    // A request that is no request: a bad method, a target that is no path.
    if (!outgoing.headersSent) outgoing.writeHead(400, { connection: 'close' })
    outgoing.end()
  }
}

/** Undefined where the body is too large. */
async function webRequest(incoming: IncomingMessage, mostBytes: number): Promise<Request | undefined> {
  const { method = 'GET', url = '/', headers } = incoming
  const target = new URL(url.startsWith('/') ? `http://${headers.host ?? 'localhost'}${url}` : url)
  const own = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  const init: RequestInit = { method, headers: own as [string, string][] }
  if (method === 'GET' || method === 'HEAD') return new Request(target, init)
  if (Number(headers['content-length'] ?? 0) > mostBytes) return undefined
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) return undefined
    chunks.push(chunk)
  }
  return new Request(target, { ...init, body: Buffer.concat(chunks) })
}
