import type { ProgressView } from './progress.ts'

/** Shows nothing while the run goes on, except warnings on stderr. */
export function quietView(): ProgressView {
  return {
    start() {},
    event(event) {
      if (event.type === 'notice' && event.level === 'warning') process.stderr.write(`${event.text}\n`)
    },
    stop() {},
  }
}
