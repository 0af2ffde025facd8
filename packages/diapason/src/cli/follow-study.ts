import type { AnyStudy, ProgressView } from './progress.ts'

interface Followed {
  readonly study: AnyStudy
  readonly view: ProgressView
}

/**
 * Hands the study's events to the view.
 * @param isFinishing somebody asked the run to end
 * @returns functions that end it
 */
export function followStudy({ study, view }: Followed, isFinishing: () => boolean): (() => void)[] {
  const lost = new Set(study.trials.filter(({ state }) => state === 'running').map(({ number }) => number))
  return [
    study.on('start', ({ trial }) => {
      noteLost(study, lost, view)
      // Ctrl-C may have come before optimize began, which forgets earlier requests to stop.
      if (isFinishing()) study.stop()
      view.event({ type: 'trial-start', at: Date.now(), trial })
    }),
    study.on('method', ({ number, method }) => notify(view, 'info', `from trial ${number} on: ${method.sentence}`)),
    study.on('report', (event) => view.event({ type: 'report', at: Date.now(), ...event })),
    study.on('finish', (event) => view.event({ type: 'trial-end', at: Date.now(), ...event })),
    study.on('pause', ({ isPaused }) =>
      notify(view, 'info', isPaused ? 'paused from outside: no trial is started until somebody resumes it' : 'resumed'),
    ),
    study.on('wait', ({ others }) => {
      const what = `the last ${others === 1 ? 'trial runs' : `${others} trials run`} elsewhere`
      notify(view, 'info', `${what}; waiting, in case ${others === 1 ? 'its worker is' : 'their workers are'} lost`)
    }),
  ]
}

/** Says once how many trials of ended processes were queued again. */
function noteLost(study: AnyStudy, lost: Set<number>, view: ProgressView): void {
  const count = [...lost].filter((number) => study.trials[number]?.state === 'failed').length
  lost.clear()
  if (count > 0) notify(view, 'info', `${count} trial${count === 1 ? '' : 's'} of an ended process queued again`)
}

/** Tells whoever watches. */
export function notify(view: ProgressView, level: 'info' | 'warning', text: string): void {
  view.event({ type: 'notice', at: Date.now(), level, text })
}
