import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noPostgres, type PostgresServer, startPostgres } from '../postgres/server.ts'
import { complete, launch, studyFile, trialsOf } from './fleet.ts'
import { noSsh, type SshMachines, startMachines } from './ssh-machines.ts'
import { until } from './until.ts'

let server: PostgresServer
let machines: SshMachines
const folder = mkdtempSync(path.join(tmpdir(), 'diapason-launch-'))
const ssh = (hosts: string, ...words: string[]) =>
  launch(['ssh', '--hosts', hosts, '--ssh', machines.ssh, ...words], {}, folder)

describe.skipIf((noSsh !== '' || noPostgres !== '') && !process.env.CI)('diapason launch ssh', () => {
  beforeAll(async () => {
    server = await startPostgres({ fsync: 'off' })
    machines = await startMachines(['one', 'two'])
  })
  afterAll(async () => {
    await machines?.dispose()
    await server?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  it('deals workers out to machines, with GPUs of their own, lists them, and stops them', {
    timeout: 240_000,
  }, async () => {
    const url = await server.createDatabase()
    const study = [studyFile, '--storage', url, '--study', 'Remote', '--trials', '5000']
    const printed = await ssh('one,two', '--workers', '3', '--gpus', '2', '--', ...study)
    expect(printed).toMatch(/^Started 3 workers on 2 machines; logs there in ~\/\.diapason\/fleets\.\n/)
    const trials = () => trialsOf(url, 'Remote')
    // A trial that has just begun has not told its devices yet.
    const devices = async () => new Set((await trials()).flatMap(({ userAttrs }) => userAttrs.devices ?? []))
    await until(async () => (await devices()).size === 2, 'workers with both pairs of GPUs run trials', trials)
    expect([...(await devices())].sort()).toEqual(['0,1', '2,3'])

    const list = await ssh('one,two', '--list')
    expect(list.match(/^remote +one:\d+ +running +one$/gm)).toHaveLength(2)
    expect(list.match(/^remote +two:\d+ +running +two$/gm)).toHaveLength(1)
    expect(await ssh('one,two', '--stop', 'remote')).toBe('3 workers asked to end.\n')
    expect(await ssh('one,two', '--list')).toBe('There are no workers.\n')
    const all = await trials()
    expect(complete(all).length).toBeGreaterThan(0)
    expect(all.map(({ state }) => state)).not.toContain('running')
    const fleet = path.join(machines.home, '.diapason/fleets/one/remote')
    expect(readdirSync(fleet).sort()).toEqual(['1.log', '2.log'])
  })

  it('names the machine where it failed, and what was done on the others', async () => {
    const url = await server.createDatabase()
    const study = [studyFile, '--storage', url, '--trials', '1']
    await expect(ssh('one,nowhere.invalid', '--workers', '2', '--', ...study)).rejects.toThrow(
      /It failed on nowhere\.invalid: ssh ended with exit code 255: .*It was done on 1 other machine/,
    )
    await until(async () => complete(await trialsOf(url, 'fleet')).length === 1, 'the other worker did its trial')
    await until(async () => (await ssh('one', '--list')) === 'There are no workers.\n', 'it has ended')
    expect(existsSync(path.join(machines.home, '.diapason/fleets/one/fleet/1.worker'))).toBe(false)
  })
})
