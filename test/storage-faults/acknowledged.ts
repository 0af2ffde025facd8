import { existsSync, readFileSync } from 'node:fs'

/** A step that the storage acknowledged to a worker. */
export type Acknowledged =
  | { readonly step: 'start' | 'queue'; readonly id: number; readonly number: number }
  | { readonly step: 'params' | 'finish'; readonly id: number; readonly value: number }
  | { readonly step: 'report'; readonly id: number; readonly epoch: number; readonly value: number }

/** The steps in a worker's log; a line that a kill cut off was not acknowledged in full and is left out. */
export function readLog(file: string): Acknowledged[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line))
}
