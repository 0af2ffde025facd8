import { wasStopped } from '../../analysis/savings.ts'
import type { ProgressView, RunEvent } from '../progress.ts'
import { fitted, wrapped } from '../text/display-width.ts'
import { type Paint, paintFor } from '../text/paint.ts'
import { type Capture, captureLines } from './captured-output.ts'
import { panelLines } from './panel.ts'
import { applyEvent, createRunState, type RunState } from './run-state.ts'
import { openScreen, type Screen, SHOW_CURSOR } from './screen.ts'

/** At most so often is the panel drawn. */
const FRAME_MS = 100
const FAILURE_LINES = 4

/** A panel at the foot of the terminal; what stays (failures, what the objective prints) goes above it. */
export function terminalView(stream: NodeJS.WriteStream, other?: NodeJS.WriteStream): ProgressView {
  const paint = paintFor(stream)
  const above: string[] = []
  let state: RunState | undefined
  let session: { readonly screen: Screen; close(): void } | undefined

  function draw(): void {
    if (state === undefined || session === undefined) return
    const size = { columns: stream.columns ?? 80, rows: stream.rows ?? 24, now: Date.now(), paint }
    session.screen.draw(panelLines(state, size), above.splice(0))
  }

  return {
    start(info) {
      state = createRunState(info)
      session = openSession(stream, other, { onLine: (line) => above.push(line), redraw: draw })
      draw()
    },
    event(event) {
      if (state === undefined) return
      applyEvent(state, event)
      above.push(...keptLines(event, stream.columns ?? 80, paint))
    },
    stop() {
      draw()
      session?.close()
      session = undefined
      for (const line of above.splice(0)) stream.write(`${line}\n`)
    },
  }
}

/** What of an event stays on the screen, above the panel. */
export function keptLines(event: RunEvent, columns: number, paint: Paint): string[] {
  if (event.type === 'output') {
    const who = event.trial === undefined ? '' : paint('faint', `#${event.trial} `)
    return [fitted(`${who}${event.line}`, columns)]
  }
  if (event.type !== 'trial-end' || event.trial.state !== 'failed' || wasStopped(event.trial)) return []
  const head = `trial ${event.trial.number} failed: `
  const [first = '', ...more] = wrapped(`${head}${event.trial.reason}`, columns - 2)
  const lines = [`${paint('bad', '✗')} ${first}`, ...more.map((line) => `  ${line}`)]
  return lines.length <= FAILURE_LINES ? lines : [...lines.slice(0, FAILURE_LINES - 1), '  …']
}

/** All that has to be undone at the end: timers, listeners, captured streams, the hidden cursor. */
function openSession(
  stream: NodeJS.WriteStream,
  other: NodeJS.WriteStream | undefined,
  { onLine, redraw }: { readonly onLine: (line: string) => void; readonly redraw: () => void },
): { readonly screen: Screen; close(): void } {
  const captures: Capture[] = [captureLines(stream, onLine)]
  if (other?.isTTY) captures.push(captureLines(other, onLine))
  const write = captures[0]?.write ?? ((text: string) => stream.write(text))
  const screen = openScreen({
    write,
    get columns() {
      return stream.columns
    },
    get rows() {
      return stream.rows
    },
  })
  const timer = setInterval(redraw, FRAME_MS)
  timer.unref()
  const giveBack = () => {
    write(SHOW_CURSOR)
  }
  const drawAnew = () => {
    screen.invalidate()
    redraw()
  }
  const suspend = () => {
    giveBack()
    process.kill(process.pid, 'SIGSTOP')
  }
  const endings = (['SIGTERM', 'SIGHUP'] as const).map((signal) => onFatalSignal(signal, giveBack))
  stream.on('resize', drawAnew)
  process.once('exit', giveBack)
  process.on('SIGTSTP', suspend)
  process.on('SIGCONT', drawAnew)
  return {
    screen,
    close() {
      clearInterval(timer)
      stream.off('resize', drawAnew)
      process.off('exit', giveBack)
      process.off('SIGTSTP', suspend)
      process.off('SIGCONT', drawAnew)
      for (const release of endings) release()
      screen.close()
      for (const capture of captures) capture.release()
    },
  }
}

/** Runs `before` when a signal is about to end the process; where nobody else handles it, the process ends as it would have. */
function onFatalSignal(signal: 'SIGTERM' | 'SIGHUP', before: () => void): () => void {
  const handle = () => {
    before()
    process.off(signal, handle)
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  process.on(signal, handle)
  return () => process.off(signal, handle)
}
