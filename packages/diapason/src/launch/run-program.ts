import { spawn } from 'node:child_process'
import { LaunchError } from '../errors.ts'

/** What runs beside the words of a program. */
export interface ProgramInput {
  readonly stdin?: string
  readonly env?: { readonly [name: string]: string }
}

/**
 * Runs one of an engine's own programs.
 * @param remedy what to do where it fails, a full sentence without a final full stop
 * @returns what it printed
 * @throws {LaunchError} with its last words where it cannot be started or ends with another code than 0
 */
export function runProgram(words: readonly string[], remedy: string, input: ProgramInput = {}): Promise<string> {
  const [program = '', ...args] = words
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...input.env }, stdio: ['pipe', 'pipe', 'pipe'] })
    let printed = ''
    let complained = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complained = `${complained}${text}`.slice(-2000)
    })
    child.on('error', (cause) => {
      const missing = 'code' in cause && cause.code === 'ENOENT'
      reject(new LaunchError(missing ? `There is no ${program} here` : cause.message, remedy, { cause }))
    })
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(printed)
      const end = signal === null ? `exit code ${code}` : signal
      const words = (complained.trim() || printed.trim() || 'it said nothing').replaceAll(/\s*\n\s*/g, '; ')
      reject(new LaunchError(`${program} ended with ${end}: ${words.replace(/\.$/, '')}`, remedy))
    })
    // A program that ends before it has read everything says why by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(input.stdin ?? '')
  })
}
