// One of several processes that go through a grid together: node grid-worker.ts STORAGE
import { choice, createStudy, gridSampler, int } from 'diapason'

const study = await createStudy({
  name: 'grid',
  storage: process.argv[2] ?? 'memory',
  ifExists: 'resume',
  goals: { loss: 'minimize' },
  space: { a: int(1, 10), b: choice(['x', 'y', 'z']), c: choice([true, false]) },
  sampler: gridSampler(),
})
const { reason, trials } = await study.optimize(
  async ({ a }) => {
    await new Promise((resolve) => setTimeout(resolve, a))
    return a
  },
  { concurrency: 2 },
)
console.log(JSON.stringify({ reason, trials }))
await study.close()
