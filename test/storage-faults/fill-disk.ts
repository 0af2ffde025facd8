// Writes trials until the disk refuses, and says as JSON what the storage said then and what it still holds.
// Usage: fill-disk.ts URL
import { openStorage } from '../../packages/diapason/src/storage/open-storage.ts'

const storage = await openStorage(process.argv[2] ?? '')
const { id } = await storage.createStudy('faults', ['minimize'])
const blob = 'x'.repeat(5000)
let acknowledged = 0
let failure: unknown
while (failure === undefined && acknowledged < 10_000) {
  try {
    await storage.createTrial(id, { state: 'waiting', userAttrs: { blob } })
    acknowledged++
  } catch (error) {
    failure = error
  }
}
const { trials } = await storage.readTrials(id)
const name = failure instanceof Error ? failure.name : ''
console.log(JSON.stringify({ acknowledged, name, message: String(failure), readable: trials.length }))
await storage.close()
