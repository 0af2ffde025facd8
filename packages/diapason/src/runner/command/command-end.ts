import { constants } from 'node:os'
import { lastWords } from '../end-in-words.ts'

/** How the program of a trial ended. */
export interface CommandEnd {
  /** As a person knows it: `train.py`. */
  readonly program: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Its last lines, without empty ones. */
  readonly tail: readonly string[]
  /** The kernel killed some process for want of memory meanwhile. */
  readonly kernelRanOut: boolean
}

const SIGNAL_WORDS: { readonly [signal: string]: string } = {
  SIGSEGV: ', a crash in native code',
  SIGBUS: ', a crash in native code; shared memory may be full',
  SIGABRT: ', it gave up by itself',
  SIGILL: ', an instruction that this processor lacks',
}

/** Why a program that failed did so, in one line: exit code or signal, memory, its last words. */
export function commandEndInWords({ program, code, signal, tail, kernelRanOut }: CommandEnd): string {
  const words = lastWords(tail)
  const said = words === '' ? '; it printed nothing' : `: ${words}`
  // A shell reports the signal that ended its command as 128 + the signal's number.
  const cause = signal ?? (code === null ? undefined : signalNumbered(code - 128))
  if (cause === 'SIGKILL') {
    return kernelRanOut
      ? `${program} ran out of memory: the kernel killed it (SIGKILL)`
      : `${program} was killed by somebody else (SIGKILL)`
  }
  if (/CUDA (error: )?out of memory|OutOfMemoryError: CUDA|HIP out of memory/i.test(tail.join('\n'))) {
    return `${program} ran out of the GPU's memory (exit code ${code})${said}`
  }
  if (/^MemoryError\b|std::bad_alloc|DefaultCPUAllocator: can't allocate memory/m.test(tail.join('\n'))) {
    return `${program} ran out of memory (exit code ${code})${said}`
  }
  if (cause !== undefined) return `${program} was ended by ${cause}${SIGNAL_WORDS[cause] ?? ''}${said}`
  if (code === 127) return `${program}: the shell found no such program (exit code 127)${said}`
  return `${program} ended with exit code ${code}${said}`
}

function signalNumbered(number: number): NodeJS.Signals | undefined {
  const entry = Object.entries(constants.signals).find(([, value]) => value === number)
  return entry?.[0] as NodeJS.Signals | undefined
}

/** Why a program that ended well gave no result. */
export function noResultInWords(program: string, missing: readonly string[], tail: readonly string[]): string {
  const names = missing.join(' and ')
  const example = `${missing[0]}=0.5`
  const last = tail.at(-1)
  const seen =
    last === undefined ? 'it printed nothing' : `its last line is ${JSON.stringify(last.trim().slice(0, 200))}`
  return `${program} ended without a value of ${names}: ${seen}. Print a line such as ${example}, or name a pattern`
}
