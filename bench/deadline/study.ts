/**
 * A study whose trials last from a sixth of a per cent to two thirds of the time of their run (0.1 s to 40 s of a minute). The first
 * one to start after a quarter of it ignores its signal and SIGTERM, and would go on long after the end.
 * @param timeMs of the run
 */
export const studyFile = (timeMs: number): string => `import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineStudy, float } from 'diapason'

const TIME_MS = ${timeMs}
const startedAt = Date.now()

function isFirstAfterQuarter() {
  if (Date.now() - startedAt < TIME_MS / 4) return false
  try {
    closeSync(openSync('deaf', 'wx'))
    return true
  } catch {
    return false
  }
}

export default defineStudy({
  goals: { loss: 'minimize' },
  space: { ms: float(TIME_MS / 600, TIME_MS / 1.5, { log: true, default: TIME_MS / 60 }) },
  async objective({ ms }, trial) {
    if (isFirstAfterQuarter()) {
      process.on('SIGTERM', () => {})
      console.log('deaf')
      await sleep(10 * TIME_MS)
    }
    await sleep(ms, undefined, { signal: trial.signal })
    return ms
  },
})
`
