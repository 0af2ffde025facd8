import { OptionError } from '../../errors.ts'
import type { GpuSpec } from './command-spec.ts'

/** Places on graphics processors, each for one trial at a time. */
export interface GpuSlots {
  /** How many trials run at once. */
  readonly count: number
  /** Waits for a place; it is a value of CUDA_VISIBLE_DEVICES. */
  take(): Promise<string>
  giveBack(devices: string): void
}

/**
 * Deals devices out to trials: one each, several each, or one to several trials.
 * @throws {OptionError} where the devices do not suffice for one trial, or a share is none
 */
export function createGpuSlots({ devices, perTrial }: GpuSpec): GpuSlots {
  const free = slotsOf(devices, perTrial)
  const count = free.length
  const waiting: ((devices: string) => void)[] = []
  return {
    count,
    async take() {
      const next = free.shift()
      return next ?? new Promise<string>((given) => waiting.push(given))
    },
    giveBack(devices) {
      const next = waiting.shift()
      if (next === undefined) free.push(devices)
      else next(devices)
    },
  }
}

function slotsOf(devices: readonly string[], perTrial: number): string[] {
  if (perTrial > 0 && perTrial < 1) {
    const shares = Math.floor(1 / perTrial + 1e-9)
    // Every device once before any of them twice: few trials then have one each.
    return Array.from({ length: shares }, () => devices).flat()
  }
  if (!Number.isInteger(perTrial) || perTrial < 1) {
    throw new OptionError(`GPUs per trial is ${perTrial}`, 'Give a whole number, or a share such as 0.5')
  }
  const slots = Array.from({ length: Math.floor(devices.length / perTrial) }, (_, i) =>
    devices.slice(i * perTrial, (i + 1) * perTrial).join(','),
  )
  if (slots.length > 0) return slots
  throw new OptionError(`A trial needs ${perTrial} GPUs and there are ${devices.length}`, 'List more, or ask for fewer')
}
