// A study file whose training never reports and blocks its process: only its log tells that it runs.
import { appendFileSync, existsSync } from 'node:fs'
import { defineStudy, float } from 'diapason'

const { SILENT_LOG = '', SILENT_RELEASE = '' } = process.env

export default defineStudy({
  name: 'silent',
  goals: { loss: 'minimize' },
  space: { x: float(0, 1) },
  objective: () => {
    while (!existsSync(SILENT_RELEASE)) {
      appendFileSync(SILENT_LOG, `${process.pid} ${Date.now()}\n`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
    return 1
  },
})
