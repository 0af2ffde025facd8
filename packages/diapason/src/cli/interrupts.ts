import { EXIT } from './exit-codes.ts'

/** What a signal leads to. */
export interface InterruptActions {
  /** The first Ctrl-C: start nothing new. */
  finish(): void
  /** The second one, a request to terminate, or a closed terminal: stop at once, in good order. */
  abort(): void
}

/** The signals that arrived so far. */
export interface Interrupts {
  /** The exit code that they ask for; undefined where none came. */
  readonly exitCode: number | undefined
  /** Gives the signals back to Node. */
  [Symbol.dispose](): void
}

/**
 * Turns Ctrl-C and its relatives into a graceful stop, then a quick one; a third one ends the process on the spot.
 * Works while the event loop turns: an objective that blocks this process keeps it from hearing.
 */
export function watchInterrupts(actions: InterruptActions): Interrupts {
  let exitCode: number | undefined
  let strokes = 0
  const onInterrupt = () => {
    exitCode ??= EXIT.interrupted
    strokes++
    if (strokes === 1) actions.finish()
    else if (strokes === 2) actions.abort()
    else process.exit(exitCode)
  }
  const onTerminate = (signal: NodeJS.Signals) => {
    exitCode = signal === 'SIGHUP' ? EXIT.hungUp : EXIT.terminated
    strokes = Math.max(strokes, 2)
    actions.abort()
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  process.on('SIGHUP', onTerminate)
  return {
    get exitCode() {
      return exitCode
    },
    [Symbol.dispose]() {
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onTerminate)
      process.off('SIGHUP', onTerminate)
    },
  }
}
