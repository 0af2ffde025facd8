import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openTestPool } from './test-runner.ts'

const FILE = fileURLToPath(new URL('./fixtures/tested.ts', import.meta.url))
const { signal } = new AbortController()

describe('a pool of tests', () => {
  it('runs the file’s test, not its objective, with nested parameters and the seed given', async () => {
    const pool = await openTestPool({ file: FILE, jobs: 2, heapMb: undefined, graceMs: 100, onOutput() {} })
    try {
      const values = { layers: 2, 'layers.0.units': 3, 'layers.1.units': 4 }
      const scores = await Promise.all(
        [1, 2, 3].map((seed) => pool.run({ params: undefined, values }, { seed, signal })),
      )
      expect(scores).toEqual([1, 2, 3].map((seed) => Float64Array.of(3, 4, seed)))
      await expect(pool.run({ params: undefined, values }, { seed: 13, signal })).rejects.toThrow('unlucky')
      await expect(pool.run({ params: undefined, values }, { seed: 14, signal })).rejects.toThrow(/exit/)
      expect(await pool.run({ params: undefined, values }, { seed: 5, signal })).toEqual(Float64Array.of(3, 4, 5))
    } finally {
      await pool.close()
    }
  })
})
