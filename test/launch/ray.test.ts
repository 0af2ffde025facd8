import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noPostgres, type PostgresServer, startPostgres } from '../postgres/server.ts'
import { complete, launch, studyFile, trialsOf } from './fleet.ts'
import { noRay, type RayCluster, startRay } from './ray-cluster.ts'
import { until } from './until.ts'

let server: PostgresServer
let cluster: RayCluster
const folder = mkdtempSync(path.join(tmpdir(), 'diapason-launch-'))
const ray = (...words: string[]) => launch(['ray', '--address', cluster.address, ...words], {}, folder)

describe.skipIf((noRay !== '' || noPostgres !== '') && !process.env.CI)('diapason launch ray', () => {
  beforeAll(async () => {
    server = await startPostgres({ fsync: 'off' })
    cluster = await startRay(2)
  }, 180_000)
  afterAll(async () => {
    await cluster?.dispose()
    await server?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  it('starts a job for each worker, lists them, and stops them as a pause', { timeout: 240_000 }, async () => {
    const url = await server.createDatabase()
    const study = [studyFile, '--storage', url, '--study', 'Rays', '--trials', '5000']
    expect(await ray('--workers', '2', '--', ...study)).toMatch(
      /^Started 2 Ray jobs, diapason-rays-[0-9a-f]{6}-1 and so on\.\n/,
    )
    const trials = () => trialsOf(url, 'Rays')
    const workers = async () => new Set(complete(await trials()).map(({ userAttrs }) => userAttrs.worker))
    await until(
      async () => (await workers()).size === 2,
      'both workers finish trials',
      () => ray('--list'),
      120_000,
    )
    expect(await ray('--list')).toMatch(/(rays +diapason-rays-[0-9a-f]{6}-[12] +running +[\d.]+\n){2}$/)
    expect(await ray('--stop', 'rays')).toBe('2 workers asked to end.\n')
    const ended = async () => (await ray('--list', '--name', 'rays')).match(/ done( |$)/gm)?.length === 2
    await until(ended, 'both jobs have ended', () => ray('--list'), 120_000)
    expect((await trials()).map(({ state }) => state)).not.toContain('running')
  })

  it('says what to do where nobody answers, and where a token is asked for', async () => {
    const words = ['ray', '--list', '--address']
    await expect(launch([...words, 'http://127.0.0.1:9'], {}, folder)).rejects.toThrow(
      /error: Ray does not answer at http:\/\/127\.0\.0\.1:9: .*RAY_API_SERVER_ADDRESS/,
    )
    const guarded = createServer((_, response) => response.writeHead(401).end('Unauthorized')).listen(0, '127.0.0.1')
    await once(guarded, 'listening')
    const { port } = guarded.address() as AddressInfo
    await expect(launch([...words, `http://127.0.0.1:${port}`], {}, folder)).rejects.toThrow(
      /answered 401: Unauthorized\. Put the cluster's token into RAY_AUTH_TOKEN/,
    )
    guarded.close()
  })
})
