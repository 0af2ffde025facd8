import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openStudy } from 'diapason'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const workers = 4
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diapason-grid-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a grid that several processes go through', () => {
  it('runs every point exactly once', async () => {
    const storage = `sqlite:${join(folder, 'grid.db')}`
    const script = join(import.meta.dirname, 'grid-worker.ts')
    const ends = await Promise.all(
      Array.from({ length: workers }, () => run(process.execPath, ['--conditions=@diapason/source', script, storage])),
    )
    const reports = ends.map(({ stdout }) => JSON.parse(stdout) as { reason: string; trials: number })
    expect(reports.map(({ reason }) => reason)).toEqual(Array(workers).fill('exhausted'))
    expect(reports.reduce((sum, { trials }) => sum + trials, 0)).toBe(60)
    const study = await openStudy({ storage })
    expect(study.trials).toHaveLength(60)
    expect(study.trials.every(({ state }) => state === 'complete')).toBe(true)
    expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(60)
    await study.close()
  })
})
