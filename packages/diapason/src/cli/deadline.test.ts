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
