import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CHART_KINDS } from '../analysis/chart-data.ts'
import { choice, float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy } from '../study/create-study.ts'
import { ChangeStreams } from './events.ts'
import { type RunningServer, serveDashboard } from './node.ts'
import type { OpenedStudy, StudyShelf } from './study-shelf.ts'

const EVIL = '</text><script>alert(1)</script><img src=x onerror=alert(1)>'
const storage = memoryStorage()
let server: RunningServer
beforeAll(async () => {
  const study = await createStudy({
    name: EVIL,
    storage,
    goals: { [EVIL]: 'minimize', other: 'maximize' },
    space: { [EVIL]: choice([EVIL, 'plain']), x: float(0, 1), y: float(0, 1) },
    fidelity: { name: EVIL, min: 1, max: 3 },
    seed: 1,
  })
  await study.optimize(
    async ({ x, y }, trial) => {
      await trial.report(1, Number(x))
      if (trial.number === 3) throw new Error(EVIL)
      return { [EVIL]: Number(x), other: Number(y) } as never
    },
    { trials: 20 },
  )
  await study.setAttr(EVIL, EVIL)
  server = await serveDashboard({ storage, port: 0 })
})
afterAll(() => server.close())

const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, server.url), init)
const put = (path: string, body: BodyInit) =>
  get(path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body })

/** Connections that send some bytes and then nothing more. */
async function stalled(count: number, bytes: string): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(server.url)
  return Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(Number(port), hostname, () => socket.write(bytes, () => resolve(socket)))
          socket.on('error', reject)
        }),
    ),
  )
}

/** A stream of events that is kept open: its status, and what it has sent so far. */
function watch(): Promise<{ readonly request: ClientRequest; readonly status: number; text: () => string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      new URL('/api/studies/1/events', server.url),
      { agent: false },
      (response: IncomingMessage) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('error', () => {})
        resolve({ request, status: response.statusCode ?? 0, text: () => text })
      },
    )
    request.on('error', reject)
    request.end()
  })
}

describe('clients that mean no good', () => {
  it('hold 500 streams open: 200 are served and told of changes, the others refused, and none is lost for good', async () => {
    const watchers = await Promise.all(Array.from({ length: 500 }, watch))
    const served = watchers.filter(({ status }) => status === 200)
    expect(served).toHaveLength(200)
    expect(watchers.filter(({ status }) => status === 503)).toHaveLength(300)
    expect((await get('/api/studies')).status).toBe(200)
    const queued = await get('/api/studies/1/enqueue', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ params: { x: 0.5 } }),
    })
    expect(queued.status).toBe(201)
    const changes = () => served.filter(({ text }) => text().split('event: change').length > 2).length
    await expect.poll(changes, { timeout: 10_000 }).toBe(200)
    for (const { request } of watchers) {
      request.on('error', () => {})
      request.destroy()
    }
    const freed = async () => {
      const next = await watch()
      next.request.on('error', () => {})
      next.request.destroy()
      return next.status
    }
    await expect.poll(freed, { timeout: 10_000 }).toBe(200)
  })

  it('are slow to ask: others are answered meanwhile', async () => {
    const heads = await stalled(150, 'GET /api/studies HTTP/1.1\r\nhost: localhost\r\nx-slow: ')
    const bodies = await stalled(
      50,
      'PUT /api/studies/1/note HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
    )
    expect((await get('/api/studies/1')).status).toBe(200)
    expect((await put('/api/studies/1/note', JSON.stringify({ note: 'kept' }))).status).toBe(200)
    for (const socket of [...heads, ...bodies]) socket.destroy()
    expect(await (await get('/api/studies/1')).json()).toMatchObject({ note: 'kept' })
  })

  it('take nothing from a stream: it ends, rather than being kept for them', async () => {
    vi.useFakeTimers()
    try {
      let version = 0
      const opened = () => ({ version: String(version++) }) as OpenedStudy
      // Of a shelf, streams use this much.
      const shelf = { open: async () => opened() } as unknown as StudyShelf
      const streams = new ChangeStreams(shelf)
      streams.open(1, opened())
      expect(streams.count).toBe(1)
      await vi.advanceTimersByTimeAsync(80_000)
      expect(streams.count).toBe(0)
      streams.close()
    } finally {
      vi.useRealTimers()
    }
  })

  it('send what is too long, too deep or not what it should be', async () => {
    expect((await get('/api/studies', { headers: { 'x-long': 'x'.repeat(20_000) } })).status).toBe(431)
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect((await put('/api/studies/1/note', deep)).status).toBe(400)
    expect((await put('/api/studies/1/note', new Uint8Array([0xff, 0xfe, 0x7b]))).status).toBe(400)
    const post = (path: string, body: string) =>
      get(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`p${i}`, 1]))
    expect((await post('/api/studies/1/enqueue', JSON.stringify({ params: many }))).status).toBe(400)
    for (const params of ['{"__proto__":1}', '{"constructor":1}', '{"x":"0.5"}', '{"x":1e999}', '{"x":null}']) {
      const { status } = await post('/api/studies/1/enqueue', `{"params":${params}}`)
      expect([400, 422], params).toContain(status)
    }
    for (const query of ['limit=-1', 'limit=1e3', 'offset=x', 'order=up', 'range=x', `range=${'x'.repeat(3000)}`]) {
      expect((await get(`/api/studies/1/trials?${query}`)).status, query).toBe(400)
    }
    expect((await get('/api/studies/1/charts/history?goal=__proto__')).status).toBe(400)
    expect((await get('/api/studies/1')).status).toBe(200)
  })

  it('name everything by a script: it comes as data, escaped wherever it is drawn', async () => {
    await put('/api/studies/1/note', JSON.stringify({ note: EVIL }))
    await put('/api/studies/1/trials/3/note', JSON.stringify({ note: EVIL }))
    const drawn: string[] = []
    for (const kind of CHART_KINDS) {
      const response = await get(`/api/studies/1/charts/${kind}?format=svg`)
      if (response.status === 200) drawn.push(await response.text())
    }
    expect(drawn.length).toBeGreaterThan(8)
    const report = await (await get('/api/studies/1/report')).text()
    for (const markup of [...drawn, report]) {
      expect(markup).not.toMatch(/<script|<img/i)
      expect(markup).not.toMatch(/\son[a-z]+="/i)
    }
    expect(report).toContain('&lt;script&gt;')
    for (const path of ['', '/trials', '/trials/3', '/outlook', '/charts/history', '/export?format=json', '/export']) {
      const { headers } = await get(`/api/studies/1${path}`)
      expect(headers.get('content-type'), path).toMatch(/^(application\/json|text\/csv)/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
    }
  })
})
