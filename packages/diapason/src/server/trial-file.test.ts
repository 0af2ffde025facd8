import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { openStorage } from '../storage/open-storage.ts'
import { createStudy } from '../study/create-study.ts'
import { type RunningServer, serveDashboard } from './node.ts'
import { openTrialFile } from './trial-file.ts'

let folder = ''
let server: RunningServer
let closeStorage = async () => {}
const inTrial = (number: number, ...path: string[]) => join(folder, 'tune.trials', 'tune', String(number), ...path)
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diapason-download-'))
  const storage = await openStorage(`sqlite:${join(folder, 'tune.db')}`)
  closeStorage = async () => storage.close()
  const study = await createStudy({ name: 'tune', storage, goals: { loss: 'minimize' }, space: { x: float(0, 1) } })
  await study.optimize(({ x }) => x, { trials: 2 })
  for (const number of [0, 1]) mkdirSync(inTrial(number, 'checkpoint'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(inTrial(1, 'params.json'), '{"other":"trial"}')
  writeFileSync(inTrial(0, 'log.txt'), 'all of it\n')
  writeFileSync(inTrial(0, 'checkpoint', 'weights.bin'), Buffer.alloc(300_000, 7))
  writeFileSync(inTrial(0, '<b>"ü"\u{1f600}\r\n.html'), '<script>alert(1)</script>')
  writeFileSync(inTrial(0, 'empty'), '')
  symlinkSync(join(folder, 'secret.txt'), inTrial(0, 'link.txt'))
  symlinkSync(folder, inTrial(0, 'elsewhere'))
  symlinkSync(inTrial(0, 'log.txt'), inTrial(0, 'inner.txt'))
  execFileSync('mkfifo', [inTrial(0, 'pipe')])
  server = await serveDashboard({ storage, port: 0 })
})
afterAll(async () => {
  await server.close()
  await closeStorage()
  rmSync(folder, { recursive: true })
})

const url = (path: string, trial: number | string = 0) =>
  new URL(`/api/studies/1/trials/${trial}/file?path=${encodeURIComponent(path)}`, server.url)

describe('a file of a trial', () => {
  it('is sent whole, to be kept and never to be shown', async () => {
    const response = await fetch(url('checkpoint/weights.bin'))
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '300000',
      'content-disposition': `attachment; filename="weights.bin"; filename*=UTF-8''weights.bin`,
      'x-content-type-options': 'nosniff',
    })
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.alloc(300_000, 7))).toBe(true)
    expect(await (await fetch(url('log.txt'))).text()).toBe('all of it\n')
    expect(await (await fetch(url('empty'))).text()).toBe('')
  })

  it('may have any name: no header is broken by it', async () => {
    const response = await fetch(url('<b>"ü"\u{1f600}\r\n.html'))
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="_b________.html"; filename*=UTF-8''%3Cb%3E%22%C3%BC%22%F0%9F%98%80%0D%0A.html`,
    )
    expect(await response.text()).toBe('<script>alert(1)</script>')
  })

  it.each([
    '../1/params.json',
    '../../../secret.txt',
    'checkpoint/../../1/params.json',
    'checkpoint/../log.txt',
    './log.txt',
    '/etc/passwd',
    '//etc/passwd',
    'checkpoint//weights.bin',
    '..\\1\\params.json',
    '%2e%2e/1/params.json',
    'log.txt\0.bin',
    'link.txt',
    'elsewhere/secret.txt',
    'inner.txt',
    'pipe',
    'checkpoint',
    '',
    'nothing',
  ])('is nothing outside of its folder, no link, no pipe and no folder: %j', async (path) => {
    const response = await fetch(url(path))
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('secret')
  })

  it('is nothing of a trial that there is not, nor of another folder', async () => {
    for (const trial of ['7', '..', '%2e%2e', '-1', '0x0']) {
      expect((await rawStatus(`/api/studies/1/trials/${trial}/file?path=log.txt`)) >= 400, trial).toBe(true)
    }
    symlinkSync(inTrial(1), inTrial(5))
    expect(await openTrialFile(`sqlite:${join(folder, 'tune.db')}`, 'tune', 5, 'params.json')).toBeUndefined()
    expect(await openTrialFile(`sqlite:${join(folder, 'tune.db')}`, '../..', 0, 'secret.txt')).toBeUndefined()
  })

  it('is closed when nobody takes it', async () => {
    const before = openFiles()
    for (let i = 0; i < 20; i++) {
      expect((await fetch(url('checkpoint/weights.bin'), { method: 'HEAD' })).headers.get('content-length')).toBe(
        '300000',
      )
      const stopped = new AbortController()
      await fetch(url('checkpoint/weights.bin'), { signal: stopped.signal })
      stopped.abort()
    }
    await expect.poll(openFiles, { timeout: 5000 }).toBeLessThan(before + 5)
  })

  it('ends with an error where it becomes shorter while it is read', async () => {
    const path = inTrial(0, 'shrinks.bin')
    writeFileSync(path, Buffer.alloc(300_000))
    const file = await openTrialFile(`sqlite:${join(folder, 'tune.db')}`, 'tune', 0, 'shrinks.bin')
    truncateSync(path, 1000)
    await expect(new Response(file?.content).arrayBuffer()).rejects.toThrow('shorter')
  })
})

/** Descriptors of weights.bin in this process. */
function openFiles(): number {
  if (process.platform !== 'linux') return 0
  const listed = execFileSync('ls', ['-l', `/proc/${process.pid}/fd`], { encoding: 'utf8' })
  return listed.split('weights.bin').length - 1
}

/** `fetch` tidies paths; this sends them as they are. */
function rawStatus(path: string): Promise<number> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: hostname, port, path }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
    request.end()
  })
}
