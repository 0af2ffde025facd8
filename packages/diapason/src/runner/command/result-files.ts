import { followFile } from './file-tail.ts'
import type { Sighting } from './metric-lines.ts'

/** A place where results appear while a program runs, other than what it prints. */
export interface ResultSource {
  /** What has appeared since the last call. */
  poll(isLast: boolean): readonly Sighting[]
}

/** The results file: lines as the program might print them. */
export function linesFile(path: string, readLine: (line: string) => readonly Sighting[]): ResultSource {
  const tail = followFile(path)
  return { poll: (isLast) => tail.read(isLast).flatMap((line) => [...readLine(line)]) }
}
