import type { OutputLine } from '../runner.ts'

/** Lets a trial's lines through to whoever watches, but not a flood of them: the log has them all. */
export interface OutputGate {
  pass(line: string, stream: OutputLine['stream']): void
  /** Says how many lines were held back. */
  close(): void
}

/** Lines that may come at once, and how many a second after that. */
const BURST = 200
const PER_SECOND = 20

/** A gate for one trial. */
export function createOutputGate(trial: number, onOutput: (line: OutputLine) => void): OutputGate {
  let allowance = BURST
  let at = performance.now()
  let held = 0
  const tellHeld = () => {
    if (held > 0) onOutput({ trial, stream: 'stdout', line: `… ${held} lines more, in its log` })
    held = 0
  }
  return {
    pass(line, stream) {
      const now = performance.now()
      allowance = Math.min(BURST, allowance + ((now - at) / 1000) * PER_SECOND)
      at = now
      if (allowance < 1) {
        held++
        return
      }
      allowance--
      tellHeld()
      onOutput({ trial, stream, line })
    },
    close: tellHeld,
  }
}
