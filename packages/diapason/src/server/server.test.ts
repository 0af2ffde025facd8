import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPTUNA_FILE } from '../cli/fixtures/stored-studies.ts'
import { float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { openStorage } from '../storage/open-storage.ts'
import type { Storage } from '../storage/storage.ts'
import { createStudy } from '../study/create-study.ts'
import { type RunningServer, serveDashboard } from './node.ts'

interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  readonly text: string
  json(): never
}
interface Ask {
  readonly method?: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
}

/** A request with whatever headers a browser or an attacker may send. */
function ask(server: RunningServer, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: hostname, port, path, method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text) as never,
        }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

const send = (server: RunningServer, method: string, path: string, body: unknown, headers = {}) =>
  ask(server, path, { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

const EVIL = '<script>alert(1)</script>'
let folder = ''
let storage: Storage
let server: RunningServer
let optuna: RunningServer
let optunaStorage: Storage
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diapason-server-'))
  copyFileSync(OPTUNA_FILE, join(folder, 'optuna.db'))
  optunaStorage = await openStorage(`sqlite:${join(folder, 'optuna.db')}`)
  storage = memoryStorage()
  const study = await createStudy({
    name: EVIL,
    storage,
    goals: { [EVIL]: 'minimize' },
    space: { [EVIL]: float(0, 1) },
    seed: 1,
  })
  await study.optimize(
    async (params, trial) => {
      await trial.report(1, params[EVIL] ?? 0)
      if (trial.number === 3) throw new Error(EVIL)
      return params[EVIL] ?? 0
    },
    { trials: 12 },
  )
  const page = new Map([['/', { type: 'text/html', content: new TextEncoder().encode('the page') }]])
  server = await serveDashboard({ storage, port: 0, page, mostStreams: 3 })
  optuna = await serveDashboard({ storage: optunaStorage, port: 0, readOnly: true })
})
afterAll(async () => {
  await server.close()
  await optuna.close()
  await optunaStorage.close()
  rmSync(folder, { recursive: true })
})

describe('the interface', () => {
  it('lists studies, shows one, and describes itself', async () => {
    expect((await ask(server, '/api/studies')).json()).toMatchObject([
      { name: EVIL, counts: { complete: 11, failed: 1 } },
    ])
    const studies = (await ask(optuna, '/api/studies')).json() as { id: number; name: string }[]
    const id = studies.find(({ name }) => name === 'tpe-hyperband')?.id
    // Number 22 with 0.99686…: Optuna's own best trial (expected.json).
    expect((await ask(optuna, `/api/studies/${id}`)).json()).toMatchObject({
      goals: [{ name: 'value', direction: 'maximize' }],
      counts: { complete: 26, pruned: 34 },
      best: [{ number: 22 }],
    })
    const { paths } = (await ask(server, '/api/openapi.json')).json() as { paths: Record<string, unknown> }
    expect(Object.keys(paths)).toContain('/api/studies/{id}/trials')
  })

  it('pages, sorts and filters trials', async () => {
    const studies = (await ask(optuna, '/api/studies')).json() as { id: number; name: string }[]
    const path = `/api/studies/${studies.find(({ name }) => name === 'tpe-hyperband')?.id}/trials`
    const numbers = async (query: string) => {
      const { total, trials } = (await ask(optuna, `${path}?${query}`)).json() as {
        total: number
        trials: { number: number }[]
      }
      return { total, numbers: trials.map(({ number }) => number) }
    }
    expect(await numbers('limit=3&offset=2')).toEqual({ total: 60, numbers: [2, 3, 4] })
    const best = await numbers('state=complete&sort=value&limit=1')
    expect(best).toEqual({ total: 26, numbers: [22] })
    expect((await numbers('sort=number&order=descending&limit=2')).numbers).toEqual([59, 58])
    expect((await ask(optuna, `${path}?limit=501`)).status).toBe(400)
    expect((await ask(optuna, `${path}?state=lost`)).status).toBe(400)
  })

  it('lets ranges of parameters and values through, in pages, charts and exports alike', async () => {
    const studies = (await ask(optuna, '/api/studies')).json() as { id: number; name: string }[]
    const path = `/api/studies/${studies.find(({ name }) => name === 'tpe-hyperband')?.id}`
    const { space } = (await ask(optuna, path)).json() as { space: { path: string; axis: { low?: number } }[] }
    const name = space.find(({ axis }) => axis.low !== undefined)?.path ?? ''
    type Page = {
      total: number
      trials: { number: number; values: { value: number }; params: Record<string, number> }[]
    }
    const page = async (query: string) => (await ask(optuna, `${path}/trials?limit=500&${query}`)).json() as Page
    const all = (await page('')).trials
    const values = all.flatMap(({ params }) => params[name] ?? []).sort((a, b) => a - b)
    const middle = values[Math.floor(values.length / 2)] ?? 0
    const range = `range=${encodeURIComponent(`${name}:..${middle}`)}`
    const expected = all.filter(({ params }) => (params[name] ?? Number.NaN) <= middle).map(({ number }) => number)
    expect((await page(range)).trials.map(({ number }) => number)).toEqual(expected)
    expect(expected.length).toBeLessThan(all.length)
    // The best one alone: 0.99686… of trial 22, as Optuna tells.
    const best = await page('range=value:value:0.9968..')
    expect(best.trials.map(({ number }) => number)).toEqual([22])
    const history = (await ask(optuna, `${path}/charts/history?${range}`)).json() as { data: { finished: number } }
    expect(history.data.finished).toBe(expected.length)
    const whole = (await ask(optuna, `${path}/charts/history`)).json() as { data: { finished: number } }
    expect(whole.data.finished).toBe(60)
    const csv = (await ask(optuna, `${path}/export?${range}&sort=number&order=descending&column=${name}`)).text.split(
      '\r\n',
    )
    expect(csv[0]).toBe(`number,${name}`)
    expect(csv.slice(1, -1).map((line) => Number(line.split(',')[0]))).toEqual(expected.toReversed())
    const json = (await ask(optuna, `${path}/export?format=json&${range}&column=${name}`)).json() as object[]
    expect(json[0]).toMatchObject({ number: expected[0], values: {} })
    for (const wrong of ['x', 'nothing:1..2', `${name}:a..b`]) {
      expect((await ask(optuna, `${path}/trials?range=${encodeURIComponent(wrong)}`)).status, wrong).toBe(400)
    }
  })

  it.each(['history', 'importance', 'curves', 'parallel', 'slice', 'contour', 'timeline'])(
    'gives the data of %s',
    async (kind) => {
      const { status, text } = await ask(server, `/api/studies/1/charts/${kind}`)
      expect(status).toBe(200)
      // A study with a single parameter has no pair of them.
      if (kind === 'contour') expect(text).toBe('null\n')
      else expect(JSON.parse(text)).toMatchObject({ kind })
    },
  )

  it('gives CSV, JSON, SVG and the report', async () => {
    expect((await ask(server, '/api/studies/1/export')).text.split('\r\n')).toHaveLength(14)
    expect((await ask(server, '/api/studies/1/export?format=json')).json()).toHaveLength(12)
    expect((await ask(server, '/api/studies/1/charts/history?format=svg')).text).toContain('<svg')
    expect((await ask(server, '/api/studies/1/report')).text).toContain('<!doctype html>')
  })

  it('foretells what more time would bring, groups failures, and tells how trials were proposed', async () => {
    expect((await ask(server, '/api/studies/1/outlook')).json()).toMatchObject({
      confirmed: null,
      failures: [{ reason: EVIL, count: 1, latest: 3 }],
      advice: expect.any(Array),
      methods: expect.arrayContaining([expect.objectContaining({ sentence: expect.stringContaining('1 parameter') })]),
    })
    const studies = (await ask(optuna, '/api/studies')).json() as { id: number; name: string }[]
    const id = studies.find(({ name }) => name === 'tpe-hyperband')?.id
    expect((await ask(optuna, `/api/studies/${id}/outlook`)).json()).toMatchObject({
      forecast: { trials: 60, goal: { name: 'value' }, sinceBest: 37 },
      methods: [],
    })
    expect((await ask(server, '/api/studies/1/trials/3/files')).text).toBe('null\n')
    expect((await ask(server, '/api/studies/1/trials/999/files')).status).toBe(404)
  })

  it('holds studies side by side that share a goal', async () => {
    const studies = (await ask(optuna, '/api/studies')).json() as { id: number; name: string }[]
    const id = (name: string) => studies.find((each) => each.name === name)?.id
    const path = `/api/compare?study=${id('tpe-hyperband')}&study=${id('tpe-hyperband')}`
    expect((await ask(optuna, path)).status).toBe(400)
    expect((await ask(optuna, '/api/compare?study=1')).status).toBe(400)
    expect((await ask(optuna, '/api/compare?study=1&study=999')).status).toBe(404)
    const unlike = await ask(optuna, `/api/compare?study=${id('tpe-hyperband')}&study=${id('every-kind')}`)
    expect([unlike.status, unlike.text]).toEqual([409, expect.stringContaining('share a goal')])
    const twin = await createStudy({ name: 'twin', storage, goals: { [EVIL]: 'minimize' }, space: { x: float(0, 1) } })
    await twin.optimize(({ x }) => x, { trials: 4 })
    const twinId = (await storage.findStudy('twin'))?.id
    const both = await ask(server, `/api/compare?study=1&study=${twinId}`)
    expect(both.json()).toMatchObject({ ids: [1, twinId], studies: [{ name: EVIL }, { name: 'twin' }] })
    const svg = await ask(server, `/api/compare?study=1&study=${twinId}&format=svg`)
    expect(svg.text).toContain('</svg>')
    expect(svg.text).not.toContain(EVIL)
    await storage.deleteStudy(twinId ?? -1)
  })

  it('queues a configuration, and says what does not fit', async () => {
    const queued = await send(server, 'POST', '/api/studies/1/enqueue', { params: { [EVIL]: 0.25 } })
    expect(queued.status).toBe(201)
    expect((await ask(server, '/api/studies/1/trials/12')).json()).toMatchObject({
      state: 'waiting',
      fixedParams: { [EVIL]: 0.25 },
    })
    const wrong = await send(server, 'POST', '/api/studies/1/enqueue', { params: { [EVIL]: 7 } })
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('7')])
  })

  it('pauses, resumes and ends a run in another process of the study', async () => {
    const shared = await createStudy({
      name: 'run from elsewhere',
      storage,
      goals: { x: 'minimize' },
      space: { x: float(0, 1) },
      seed: 1,
    })
    const id = (await storage.findStudy(shared.name))?.id
    const pauses: boolean[] = []
    shared.on('pause', ({ isPaused }) => pauses.push(isPaused))
    const run = shared.optimize(
      async ({ x }) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        return x
      },
      { trials: 100_000 },
    )
    const command = (name: string) => send(server, 'POST', `/api/studies/${id}/control`, { command: name })
    expect((await command('pause')).status).toBe(200)
    await expect.poll(() => pauses, { timeout: 5000 }).toEqual([true])
    const held = shared.trials.length
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(shared.trials.length).toBe(held)
    expect((await ask(server, `/api/studies/${id}`)).json()).toMatchObject({ control: { command: 'pause' } })
    await command('run')
    await expect.poll(() => shared.trials.length, { timeout: 5000 }).toBeGreaterThan(held)
    await command('stop')
    expect(await run).toMatchObject({ reason: 'stop' })
    // A run that is started later is not meant.
    expect(await shared.optimize(({ x }) => x, { trials: 3 })).toMatchObject({ reason: 'trials', trials: 3 })
    expect((await command('explode')).status).toBe(400)
    await storage.deleteStudy(id ?? -1)
  })

  it('keeps notes where optuna-dashboard looks for them', async () => {
    const note = `${'x'.repeat(3000)} end`
    expect((await send(server, 'PUT', '/api/studies/1/note', { note })).status).toBe(200)
    expect((await ask(server, '/api/studies/1')).json()).toMatchObject({ note })
    expect((await send(server, 'PUT', '/api/studies/1/note', { note: 'short' })).status).toBe(200)
    expect((await ask(server, '/api/studies/1')).json()).toMatchObject({ note: 'short' })
    await send(server, 'PUT', '/api/studies/1/trials/0/note', { note: 'good' })
    expect((await ask(server, '/api/studies/1/trials/0')).json()).toMatchObject({ note: 'good' })
    const record = await storage.findStudy(EVIL)
    expect(record?.systemAttrs).toMatchObject({ 'dashboard:note_str:0': 'short', 'dashboard:note_ver': 2 })
  })

  it('deletes only with the name, and takes that back', async () => {
    expect((await send(server, 'POST', '/api/studies/1/delete', {})).status).toBe(409)
    expect((await send(server, 'POST', '/api/studies/1/delete', { name: EVIL })).status).toBe(202)
    expect((await ask(server, '/api/studies')).json()).toEqual([])
    expect((await ask(server, '/api/studies/1')).status).toBe(404)
    expect((await send(server, 'POST', '/api/studies/1/undelete', {})).status).toBe(200)
    expect((await ask(server, '/api/studies/1')).status).toBe(200)
    expect((await send(server, 'POST', '/api/studies/1/undelete', {})).status).toBe(410)
  })

  it('tells watchers of changes, and takes only so many', async () => {
    const controllers = Array.from({ length: 3 }, () => new AbortController())
    const url = `${server.url}api/studies/1/events`
    const streams = await Promise.all(controllers.map(({ signal }) => fetch(url, { signal })))
    expect((await fetch(url)).status).toBe(503)
    const reader = streams[0]?.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toMatch(/^event: change\ndata: \{"version":"/)
    await send(server, 'POST', '/api/studies/1/enqueue', { params: {} })
    expect((await reader?.read())?.value).toMatch(/^event: change/)
    for (const controller of controllers) controller.abort()
    await expect
      .poll(
        async () => {
          const again = await fetch(url)
          await again.body?.cancel()
          return again.status
        },
        { timeout: 5000 },
      )
      .toBe(200)
  })
})

describe('whoever should not', () => {
  it('is not answered under a foreign name (DNS rebinding)', async () => {
    for (const host of ['evil.example', 'evil.example:8080', 'localhost.evil.example', '127.0.0.1.nip.io']) {
      expect((await ask(server, '/api/studies', { headers: { host } })).status, host).toBe(421)
    }
    expect((await ask(server, '/api/studies', { headers: { host: 'LOCALHOST:1' } })).status).toBe(200)
  })

  it('cannot use it from another site’s page', async () => {
    const body = JSON.stringify({ name: EVIL })
    const json = { 'content-type': 'application/json' }
    const path = '/api/studies/1/delete'
    const status = async (headers: Record<string, string>) =>
      (await ask(server, path, { method: 'POST', headers, body })).status
    expect(await status({ ...json, origin: 'https://evil.example' })).toBe(403)
    expect(await status({ ...json, origin: 'null' })).toBe(403)
    expect(await status({ ...json, 'sec-fetch-site': 'cross-site' })).toBe(403)
    // Another port of this machine is another site, too.
    expect(await status({ ...json, origin: 'http://127.0.0.1:1' })).toBe(403)
    expect(await status({ 'content-type': 'text/plain' })).toBe(415)
    expect(await status({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(415)
    const read = await ask(server, '/api/studies', {
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    })
    expect(read.status).toBe(403)
    expect((await ask(server, '/api/studies')).headers['access-control-allow-origin']).toBeUndefined()
    expect((await ask(server, '/api/studies')).json()).toHaveLength(1)
  })

  it('reaches no file but the page’s', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2f..%2fetc%2fpasswd',
      '/app.js/../../x.ts',
      '//etc/passwd.txt',
      '/.env',
    ]) {
      expect((await ask(server, path)).status, path).toBe(404)
    }
    expect((await ask(server, '/studies/1')).text).toBe('the page')
    expect((await ask(server, '/api/studies/%ff')).status).toBe(400)
    expect((await ask(server, '/api/studies/1e3')).status).toBe(404)
    expect((await ask(server, '/api/studies/1/trials/__proto__')).status).toBe(404)
    expect((await ask(server, '/api/nothing')).status).toBe(404)
    expect(
      (await ask(server, '/api/studies', { method: 'DELETE', headers: { 'content-type': 'application/json' } })).status,
    ).toBe(405)
  })

  it('cannot send too much, or nonsense', async () => {
    const large = 'x'.repeat(300 * 1024)
    expect((await send(server, 'PUT', '/api/studies/1/note', { note: large })).status).toBe(413)
    expect((await send(server, 'PUT', '/api/studies/1/note', { note: 'x'.repeat(20_001) })).status).toBe(413)
    const json = { 'content-type': 'application/json' }
    for (const body of ['', '{', '[]', 'null', '"x"', '{"note":1}']) {
      expect((await ask(server, '/api/studies/1/note', { method: 'PUT', headers: json, body })).status, body).toBe(400)
    }
    expect((await send(server, 'POST', '/api/studies/1/enqueue', { params: { x: { y: 1 } } })).status).toBe(400)
    // Without a length, in pieces.
    const chunked = await ask(server, '/api/studies/1/note', {
      method: 'PUT',
      headers: { ...json, 'transfer-encoding': 'chunked' },
      body: large,
    })
    expect(chunked.status).toBe(413)
    expect((await ask(server, '/api/about')).status).toBe(200)
  })

  it('cannot bring it down with bytes that are no request', async () => {
    const { hostname, port } = new URL(server.url)
    for (const bytes of [
      'GARBAGE\r\n\r\n',
      'GET /%zz HTTP/1.1\r\nhost: localhost\r\n\r\n',
      'GET http://[ HTTP/1.1\r\nhost: localhost\r\n\r\n',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(bytes))
        socket.once('data', () => socket.destroy())
        socket.once('close', () => resolve())
        socket.once('error', () => resolve())
      })
    }
    expect((await ask(server, '/api/about')).status).toBe(200)
  })

  it('gets texts as data, under headers that let nothing run', async () => {
    const paths = [
      '/api/studies',
      '/api/studies/1',
      '/api/studies/1/trials',
      '/api/studies/1/charts/history',
      '/api/nothing',
      '/',
    ]
    for (const path of paths) {
      const { headers } = await ask(server, path)
      expect(headers['content-security-policy'], path).toMatch(/^default-src 'none'; script-src 'self';/)
      expect(headers['x-content-type-options']).toBe('nosniff')
      if (path !== '/') expect(headers['content-type']).toBe('application/json; charset=utf-8')
    }
    const report = await ask(server, '/api/studies/1/report')
    expect(report.text).not.toContain('<script')
    expect(report.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline';.* sandbox$/,
    )
    const svg = await ask(server, '/api/studies/1/charts/importance?format=svg')
    expect(svg.text).not.toContain('<script')
    expect(svg.headers['content-security-policy']).toMatch(/^default-src 'none'/)
    // Names of files do not come from studies.
    expect((await ask(server, '/api/studies/1/export')).headers['content-disposition']).toBe(
      'attachment; filename="trials.csv"',
    )
  })

  it('changes nothing where it only shows', async () => {
    expect((await send(optuna, 'POST', '/api/studies/1/enqueue', { params: {} })).status).toBe(403)
    expect((await send(optuna, 'PUT', '/api/studies/1/note', { note: 'x' })).status).toBe(403)
  })

  it('needs the token where other machines can ask', async () => {
    await expect(serveDashboard({ storage, host: '0.0.0.0', port: 0 })).rejects.toThrow(/Give it a token/)
    const open = await serveDashboard({ storage, host: '0.0.0.0', port: 0, token: 'secret-token' })
    try {
      const status = async (path: string, headers = {}) => (await ask(open, path, { headers })).status
      expect(await status('/api/studies')).toBe(401)
      expect(await status('/api/studies?token=secret-token')).toBe(401)
      expect(await status('/api/studies', { authorization: 'Bearer secret-toke' })).toBe(401)
      expect(await status('/api/studies', { authorization: 'Bearer secret-token' })).toBe(200)
      expect(await status('/?token=wrong')).toBe(401)
      const login = await ask(open, '/?token=secret-token')
      expect([login.status, login.headers.location]).toEqual([303, '/'])
      expect(login.headers['set-cookie']).toEqual(['diapason-token=secret-token; Path=/; HttpOnly; SameSite=Strict'])
      expect(await status('/api/studies', { cookie: 'a=b; diapason-token=secret-token' })).toBe(200)
      expect(
        await status('/api/studies', { cookie: 'diapason-token=secret-token', origin: 'http://evil.example' }),
      ).toBe(403)
    } finally {
      await open.close()
    }
  })
})
