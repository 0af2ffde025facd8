import { jsonLine } from '../../text/json.ts'
import { clockText, numberText } from '../../text/numbers.ts'
import { openScreen, type Screen } from '../live/screen.ts'
import { fitted } from '../text/display-width.ts'
import { paintFor } from '../text/paint.ts'
import { dataLines, doneLines, type Places } from './fit-screen.ts'
import type { FitReport } from './fit-words.ts'

type FitEvent = import('@diapason/neural').FitEvent

/** Shows a fit to somebody. */
export interface FitView {
  readonly event: (event: FitEvent) => void
  note(text: string): void
  done(report: FitReport, places: Places): void
  /** Leaves the terminal as it was. */
  close(): void
}

const STAGES = {
  search: 'searching',
  confirm: 'training the best again with fresh seeds',
  final: 'training the networks to keep, on fresh folds',
} as const

/** The view that suits: nothing, events, a line that moves at a terminal, or lines in a pipe. */
export function openFitView(options: {
  readonly json: boolean
  readonly quiet: boolean
  readonly file: string
}): FitView {
  if (options.json) return jsonView()
  if (options.quiet) return { event() {}, note() {}, done() {}, close() {} }
  return wordsView(options.file)
}

function jsonView(): FitView {
  const write = (value: unknown) => void process.stdout.write(jsonLine(value))
  return {
    event: (event) => write(event),
    note: (text) => write({ type: 'notice', text }),
    done: (report, places) => write({ type: 'result', ...places, report }),
    close() {},
  }
}

function wordsView(file: string): FitView {
  const { stdout } = process
  const isLive = stdout.isTTY === true && process.env.TERM !== 'dumb'
  const paint = paintFor(stdout)
  const size = () => ({ columns: stdout.isTTY ? Math.max(40, stdout.columns) : 100, paint })
  const screen: Screen | undefined = isLive ? openScreen(stdout) : undefined
  const state = createState()
  const say = (lines: readonly string[]) => {
    if (screen === undefined || state.stage === undefined) stdout.write(lines.map((line) => `${line}\n`).join(''))
    else screen.draw([liveLine()], lines)
  }
  const liveLine = () => fitted(state.words(), size().columns - 1)
  const timer = screen && setInterval(() => state.stage && screen.draw([liveLine()]), 200)
  timer?.unref()
  const close = () => {
    clearInterval(timer)
    screen?.close()
  }
  return {
    event(event) {
      const words = state.take(event)
      if (event.type === 'data') say(dataLines(event, file, size()))
      else if (words !== undefined) say([fitted(words, size().columns)])
    },
    note: (text) => say([text]),
    done(report, places) {
      close()
      state.stage = undefined
      stdout.write(
        doneLines(report, places, size())
          .map((line) => `${line}\n`)
          .join(''),
      )
    },
    close,
  }
}

/** What has happened so far, for the line that moves. */
function createState() {
  const startedAt = Date.now()
  const counts = { complete: 0, pruned: 0, failed: 0 }
  let best: number | undefined
  let end = Number.POSITIVE_INFINITY
  const clock = () => clockText(Date.now() - startedAt)
  return {
    stage: undefined as keyof typeof STAGES | undefined,
    /** @returns a line worth keeping */
    take(event: FitEvent): string | undefined {
      if (event.type === 'stage') {
        this.stage = event.stage
        end = event.end
        return `${clock()}  ${STAGES[event.stage]}`
      }
      if (event.type !== 'trial' || this.stage !== 'search') return undefined
      counts[event.state]++
      if (event.score === undefined) return undefined
      if (!event.isBest) return undefined
      best = event.score
      return `${clock()}  ${event.number === 0 ? 'default configuration' : `configuration ${event.number}`}: ${numberText(best)}`
    },
    words(): string {
      if (this.stage === undefined) return ''
      const left = end === Number.POSITIVE_INFINITY ? '' : `, ${clockText(Math.max(0, end - Date.now()))} left`
      const tried = counts.complete + counts.pruned + counts.failed
      const soFar = best === undefined ? '' : `, best ${numberText(best)}`
      return `${clock()}  ${STAGES[this.stage]}: ${tried} configurations${soFar}${left}`
    },
  }
}
