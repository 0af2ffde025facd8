import { EXIT } from './exit-codes.ts'

let onClosed = (): void => process.exit(EXIT.success)

/** Ends quietly where whoever read our output has gone (`| head`), instead of with a stack of EPIPE. */
export function endWhenOutputCloses(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
      onClosed()
    })
  }
}

/** Does something else than to end at once; the process ends by itself later. */
export function whenOutputCloses(action: () => void): void {
  onClosed = action
}
