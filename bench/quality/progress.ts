const BAR = 20
const LOG_EVERY_MS = 30_000

/** Tells how far a race is: one line that is written over in a terminal, a line now and then in a log. */
export interface Progress {
  step(what: string): void
  end(): void
}

/** @param total steps there will be */
export function showProgress(total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  const started = Date.now()
  let done = 0
  let told = started
  const live = stream.isTTY === true
  return {
    step(what) {
      done++
      if (!live && done < total && Date.now() - told < LOG_EVERY_MS) return
      told = Date.now()
      const line = progressLine(done, total, told - started, what, stream.columns ?? 80)
      stream.write(live ? `\r\u001b[K${line}` : `${line}\n`)
    },
    end() {
      if (live) stream.write('\r\u001b[K')
    },
  }
}

/** Such as `████░░░░ 123/840  4 min left  optuna-tpe on branin`, never wider than the terminal. */
export function progressLine(done: number, total: number, elapsedMs: number, what: string, columns: number): string {
  const full = Math.round((BAR * done) / total)
  const left = durationText((elapsedMs / done) * (total - done))
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${done}/${total}  ${left} left  ${what}`.slice(0, columns - 1)
}

/** `40 s`, `12 min`, `3.2 h`. */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 99.5) return `${Math.ceil(seconds)} s`
  return seconds < 5970 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
