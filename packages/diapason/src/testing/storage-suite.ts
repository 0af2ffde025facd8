import { afterEach, beforeEach, describe } from 'vitest'
import type { Storage } from '../storage/storage.ts'
import { describeReading } from './storage-suite-reading.ts'
import { describeStates } from './storage-suite-states.ts'
import { describeStudies } from './storage-suite-studies.ts'
import { describeTrials } from './storage-suite-trials.ts'

/** A fresh, empty storage for one test. */
export interface StorageUnderTest {
  readonly storage: Storage
  /** Opens the same data once more, beside the first; absent where a storage cannot be opened twice. */
  reopen?(): Promise<Storage>
  /** Closes what was opened and removes the data. */
  dispose(): Promise<void>
}

/**
 * The suite that every {@link Storage} passes (vitest).
 * @param name what the tests are called after
 * @param open makes an empty storage; called before each test
 * @example
 * describeStorage('memory', async () => ({ storage: memoryStorage(), dispose: async () => {} }))
 */
export function describeStorage(name: string, open: () => Promise<StorageUnderTest>): void {
  describe(`storage: ${name}`, () => {
    let current: StorageUnderTest | undefined
    const seconds: Storage[] = []

    beforeEach(async () => {
      current = await open()
    })
    afterEach(async () => {
      for (const second of seconds.splice(0)) await second.close()
      await current?.dispose()
      current = undefined
    })

    const storage = () => {
      if (current === undefined) throw new Error('no storage is open outside a test')
      return current.storage
    }
    const second = async () => {
      if (current?.reopen === undefined) return storage()
      const opened = await current.reopen()
      seconds.push(opened)
      return opened
    }
    describeStudies({ storage, second })
    describeTrials({ storage, second })
    describeStates({ storage, second })
    describeReading({ storage, second })
  })
}
