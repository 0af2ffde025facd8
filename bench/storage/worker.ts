// One of several processes on one study: says `ready`, waits for a line, runs trivial trials for so many seconds, and says how
// many it finished. Usage: worker.ts URL SECONDS
import { once } from 'node:events'
import { createStudy, float, noPruner, randomSampler } from 'diapason'

const [url = '', seconds = '5'] = process.argv.slice(2)
const study = await createStudy({
  name: 'throughput',
  goals: { loss: 'minimize' },
  space: { x0: float(-5, 5), x1: float(-5, 5), x2: float(-5, 5), x3: float(-5, 5), x4: float(-5, 5) },
  sampler: randomSampler(),
  pruner: noPruner(),
  storage: url,
  ifExists: 'resume',
})
console.log('ready')
await once(process.stdin, 'data')
let finished = 0
study.on('finish', () => {
  finished++
})
await study.optimize(({ x0, x1 }) => x0 ** 2 + x1 ** 2, { time: `${seconds}s` })
console.log(finished)
await study.close()
process.exit()
