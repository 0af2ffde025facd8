import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../../packages/diapason/src/storage/sqlite.ts'
import { EVERY_KIND, EVERY_STATE, EVERY_VALUE } from '../../packages/diapason/src/testing/storage-samples.ts'
import { optunaUrl, python, skipReason } from './python.ts'

let folder: string
let dashboard: ChildProcess | undefined
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'diapason-dashboard-'))
})
afterEach(async () => {
  if (dashboard?.exitCode === null) {
    dashboard.kill('SIGKILL')
    await once(dashboard, 'close')
  }
  dashboard = undefined
  await rm(folder, { recursive: true })
})

describe.skipIf(skipReason !== '')('optuna-dashboard', { timeout: 120_000 }, () => {
  it('shows a study of ours, and sees it grow', async () => {
    const file = path.join(folder, 'tuning.db')
    const storage = await openSqlite(file)
    const { id } = await storage.createStudy('digits', ['maximize'], { 'study:metric_names': ['accuracy'] })
    for (const template of EVERY_STATE) {
      await storage.createTrial(id, {
        ...template,
        params: EVERY_VALUE,
        distributions: EVERY_KIND,
        reports: [[1, 0.5]],
      })
    }
    const address = await startDashboard(file)

    const { study_summaries: summaries } = (await getJson(`${address}/api/studies`)) as {
      study_summaries: { study_id: number; study_name: string }[]
    }
    expect(summaries).toMatchObject([{ study_id: id, study_name: 'digits' }])
    const detail = (await getJson(`${address}/api/studies/${id}`)) as Detail
    expect(detail).toMatchObject({ name: 'digits', directions: ['maximize'], objective_names: ['accuracy'] })
    expect(detail.trials.map((trial) => trial.state)).toEqual(['Waiting', 'Running', 'Complete', 'Pruned', 'Fail'])
    expect(detail.trials[2]).toMatchObject({ number: 2, values: [0.5], intermediate_values: [{ step: 1, value: 0.5 }] })
    expect(detail.trials[2]?.params.map((param) => param.name).sort()).toEqual(Object.keys(EVERY_VALUE).sort())

    await storage.createTrial(id, { state: 'complete', values: [0.75] })
    await expect
      .poll(async () => ((await getJson(`${address}/api/studies/${id}`)) as Detail).trials.length, {
        timeout: 30_000,
        interval: 500,
      })
      .toBe(6)
    await storage.close()
  })
})

interface Detail {
  readonly trials: readonly {
    readonly number: number
    readonly state: string
    readonly values?: readonly unknown[]
    readonly params: readonly { readonly name: string }[]
  }[]
}

/** @returns the address once it answers */
async function startDashboard(file: string): Promise<string> {
  const port = await freePort()
  const program = path.join(path.dirname(python), 'optuna-dashboard')
  dashboard = spawn(program, [optunaUrl(file), '--host', '127.0.0.1', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  dashboard.stderr?.on('data', (chunk) => {
    said += chunk
  })
  const address = `http://127.0.0.1:${port}`
  for (let waited = 0; waited < 60; waited++) {
    if (dashboard.exitCode !== null) throw new Error(`optuna-dashboard ended: ${said}`)
    const answered = await fetch(`${address}/api/meta`).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return address
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`optuna-dashboard does not answer: ${said}`)
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url)
  expect(response.status).toBe(200)
  return response.json()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
