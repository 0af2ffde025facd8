import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { listStudies } from '../study/studies.ts'
import { nextName } from './demo.ts'
import type { JsonEvent, JsonResult } from './live/json-events.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'diapason-demo-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function demo(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--conditions=@diapason/source', MAIN, 'demo', ...args], { cwd: folder })
  const out = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => {
    out.stdout += String(part)
  })
  child.stderr.on('data', (part) => {
    out.stderr += String(part)
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...out })))
}

describe('diapason demo', () => {
  it('gives each new study a name of its own', () => {
    expect(nextName([])).toBe('digits')
    expect(nextName(['digits', 'digits-2', 'digits-4'])).toBe('digits-3')
  })

  it('trains networks in a worker process, tests default and winner, and keeps the study', {
    timeout: 180_000,
  }, async () => {
    const { code, stdout, stderr } = await demo('--trials', '5', '--jobs', '1', '--seed', '1', '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonEvent)
    expect(events[0]).toMatchObject({ type: 'start', study: 'digits', jobs: 1, runner: 'worker-pool', seed: 1 })
    const { report } = events.at(-1) as JsonResult
    expect(report.cost.counts).toMatchObject({ running: 0, waiting: 0 })
    const { complete, pruned, failed } = report.cost.counts
    expect(complete + pruned + failed).toBe(5)
    expect(report.defaults?.trial).toBe(0)
    // A reasonable default on digits: chance would be 0.1.
    expect(report.defaults?.values.accuracy).toBeGreaterThan(0.9)
    expect(report.savings).toMatchObject({ unit: 'epochs', full: 27 })
    if (report.verdict.kind === 'default-is-best') expect(report.test).toBeNull()
    else
      expect(report.test).toMatchObject({
        examples: 539,
        seeds: 5,
        isShare: true,
        interval: [expect.any(Number), expect.any(Number)],
      })
    expect(await listStudies(`sqlite:${join(folder, 'diapason-demo.db')}`)).toMatchObject([{ name: 'digits' }])
  })

  it('starts another study when called again, and goes on with the latest by --resume', {
    timeout: 120_000,
  }, async () => {
    const flags = ['--jobs', '1', '--storage', 'sqlite:again.db']
    expect(await demo('--trials', '1', ...flags)).toMatchObject({ code: 0 })
    const second = await demo('--trials', '1', ...flags)
    expect(second.stdout).toContain('study digits-2 in ')
    expect(second.stdout).toContain('No trial beat the default configuration: keep it.')
    await demo('--resume', '--trials', '1', ...flags)
    const studies = await listStudies(`sqlite:${join(folder, 'again.db')}`)
    expect(studies.map(({ name, counts }) => [name, counts.complete])).toEqual([
      ['digits', 1],
      ['digits-2', 1],
    ])
  })
})
