import { CommanderError } from 'commander'
import { DiapasonError, messageOf } from '../errors.ts'

/** What the process says at its end; 128 + the signal's number where a signal cut it short. */
export const EXIT = {
  success: 0,
  /** A run that started and failed, or a defect. */
  failed: 1,
  /** Nothing was started: an unknown flag, a bad value, a missing or broken file. */
  usage: 2,
  interrupted: 130,
  hungUp: 129,
  terminated: 143,
} as const

/** A run that started and could not do what it was asked for. */
export class RunFailed extends DiapasonError {
  override readonly name = 'RunFailed'
}

/** One line for stderr and the exit code that goes with it; no line where it was said already. */
export interface Failure {
  readonly line: string | undefined
  readonly code: number
}

/** Tells what went wrong in one line. Only what nobody foresaw keeps its stack. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CommanderError) return { line: undefined, code: thrown.exitCode === 0 ? 0 : EXIT.usage }
  if (thrown instanceof RunFailed) return { line: oneLine(thrown.message), code: EXIT.failed }
  if (thrown instanceof DiapasonError) return { line: oneLine(thrown.message), code: EXIT.usage }
  // The system's own errors (no such file, access denied) are about what the user named.
  if (thrown instanceof Error && 'syscall' in thrown) return { line: oneLine(thrown.message), code: EXIT.failed }
  return { line: thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown), code: EXIT.failed }
}

/** Text without line breaks. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim()
}
