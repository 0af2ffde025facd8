import type { Checkpoint, CheckpointStore } from './storage.ts'

/** Keeps checkpoints in the memory of this process, as copies: training may go on with what it gave or got. */
export function memoryCheckpoints(): CheckpointStore {
  const held = new Map<number, { readonly checkpoint: Checkpoint; readonly bytes: number }>()
  return {
    async save(trial, checkpoint) {
      const copy = structuredClone(checkpoint)
      held.set(trial, { checkpoint: copy, bytes: bytesOf(copy) })
    },
    async load(trial) {
      return structuredClone(held.get(trial)?.checkpoint)
    },
    async delete(trial) {
      held.delete(trial)
    },
    async list() {
      return [...held].map(([trial, { bytes }]) => ({ trial, bytes }))
    },
  }
}

/** What a state takes, about: eight bytes for whatever is neither text nor binary. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length
  if (typeof value !== 'object' || value === null) return 8
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength
  const parts: Iterable<unknown> = value instanceof Map || value instanceof Set ? value : Object.values(value)
  let bytes = 8
  for (const part of parts) bytes += bytesOf(part)
  return bytes
}
