import { expect, test } from 'vitest'
import { studyFile } from '../../../../bench/deadline/study.ts'
import { temporaryProject } from './temporary-project.ts'

const SECONDS = 4
/** What is left to end trials that do not listen, and for the last screen. */
const LATEST_MS = 1000 * (SECONDS + 3)

/** Ends with its last screen, and says how long that took from its first line on: how fast processes start is the machine's affair. */
async function timed(seed: number) {
  using project = temporaryProject({ 'tune.ts': studyFile(1000 * SECONDS) })
  const flags = ['--time', `${SECONDS}s`, '--jobs', '2', '--sampler', 'random', '--seed', String(seed)]
  const running = project.start('run', 'tune.ts', ...flags)
  await running.sees(/budget/)
  const startedAt = performance.now()
  const ended = await running.done
  return { ...ended, ms: performance.now() - startedAt }
}

// Without a limit to the grace of trials at the end of the time, this took ten seconds.
test('a run ends with its time, its report included, though a trial ignores its signal and SIGTERM', async () => {
  for (const { code, stdout, stderr, ms } of await Promise.all([1, 2, 3].map(timed))) {
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/^cost +\d+ trials/m)
    expect(stdout).toMatch(/^trial \d+: deaf$/m)
    expect(ms).toBeLessThan(LATEST_MS)
  }
}, 30_000)

const tested = (trainMs: number) => `
import { defineStudy, float } from 'diapason'
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
export default defineStudy({
  goals: { loss: 'minimize' },
  space: { x: float(0, 1, { default: 0.9 }) },
  async objective({ x }) { await pause(50); return x },
  async test({ x }) { await pause(${trainMs}); return [x, x] },
})`

test('the final test is within the time, too, and keeps the pairs that it got done', async () => {
  using project = temporaryProject({ 'tune.ts': tested(100) })
  const running = project.start('run', 'tune.ts', '--time', '4s', '--confirm', '0%', '--in-process')
  await running.sees(/budget/)
  const startedAt = performance.now()
  const { code, stdout } = await running.done
  expect(code, stdout).toBe(0)
  expect(performance.now() - startedAt).toBeLessThan(5500)
  // The 15 % kept for it do for some of the ten trainings of 100 ms.
  expect(stdout).toMatch(/^test +0\.9 /m)
  expect(stdout).toContain('The test was stopped early')
}, 30_000)

test('says so where the time does not do for a test at all', async () => {
  using project = temporaryProject({ 'tune.ts': tested(60_000) })
  const { code, stdout } = await project.start('run', 'tune.ts', '--time', '2s', '--confirm', '0%').done
  expect(code, stdout).toBe(0)
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'The test gave nothing: it was stopped before both had been trained once',
  )
}, 30_000)
