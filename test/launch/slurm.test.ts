import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noPostgres, type PostgresServer, startPostgres } from '../postgres/server.ts'
import { complete, launch, replaced, studyFile, trialsOf } from './fleet.ts'
import { noSlurm, type SlurmCluster, startSlurm } from './slurm-cluster.ts'
import { until } from './until.ts'

let server: PostgresServer
let cluster: SlurmCluster
const folder = mkdtempSync(path.join(tmpdir(), 'diapason-launch-'))
const slurm = (...words: string[]) => launch(['slurm', ...words], cluster.env, folder)

describe.skipIf((noSlurm !== '' || noPostgres !== '') && !process.env.CI)('diapason launch slurm', () => {
  beforeAll(async () => {
    server = await startPostgres({ fsync: 'off' })
    cluster = await startSlurm(['n1', 'n2'])
  })
  afterAll(async () => {
    await cluster?.dispose()
    await server?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  it('finishes a study exactly once although a node is lost and the controller crashes', {
    timeout: 240_000,
  }, async () => {
    const url = await server.createDatabase()
    const study = [studyFile, '--storage', url, '--study', 'Lost node', '--trials', '100', '--lease', '4s']
    const printed = await slurm('--workers', '4', '--gpus', '1', '--sbatch', 'mem=100M', '--', ...study)
    expect(printed).toMatch(/^Started Slurm job \d+, an array of 4; logs in lost-node\.workers\/\d+_\*\.log\.\n/)

    const trials = () => trialsOf(url, 'Lost node')
    const nodes = async () => new Set((await trials()).map(({ userAttrs }) => userAttrs.node))
    await until(async () => (await nodes()).size === 2, 'both nodes run trials', trials)
    expect(await slurm('--list')).toMatch(/^fleet +worker +state +where\n(lost-node +\d+_[1-4] +running +n[12]\n)+/)
    await cluster.loseNode('n1')
    await cluster.crashController()
    await until(async () => complete(await trials()).length === 100, 'a hundred trials are complete', trials, 120_000)

    const all = await trials()
    const done = complete(all)
    expect(done.every(({ userAttrs }) => /^[01]$/.test(String(userAttrs.devices)))).toBe(true)
    // Whoever ran on the lost node has a successor, and nobody else has one.
    const cut = all.filter(({ state }) => state === 'failed').map(({ number }) => number)
    expect(cut).toEqual([...replaced(all)].sort((a, b) => a - b))
    expect(readdirSync(path.join(folder, 'lost-node.workers')).length).toBe(4)
  })

  it('stops a fleet, whose trials are queued again and not counted as failed', { timeout: 120_000 }, async () => {
    const url = await server.createDatabase()
    const words = ['--workers', '2', '--name', 'stopped', '--', studyFile, '--storage', url, '--trials', '5000']
    await slurm(...words)
    const trials = () => trialsOf(url, 'fleet')
    await until(async () => complete(await trials()).length > 3, 'trials are complete', trials)
    expect(await slurm('--stop', 'stopped')).toBe('2 workers asked to end.\n')
    await until(async () => (await slurm('--list', '--name', 'stopped')) === 'There are no workers.\n', 'it is gone')
    const states = new Set((await trials()).map(({ state }) => state))
    expect(states).not.toContain('running')
    expect((await trials()).filter(({ state }) => state === 'waiting').length).toBeLessThanOrEqual(2)
    expect(await slurm('--stop', 'stopped')).toBe('There are no workers of stopped.\n')
  })

  it('says what the engine said where it refuses', async () => {
    const words = ['--workers', '1', '--sbatch', 'partition=gold', '--', 'x.ts', '--storage', server.url()]
    await expect(slurm(...words)).rejects.toThrow(/sbatch ended with exit code 1: .*invalid partition specified: gold/)
  })
})
