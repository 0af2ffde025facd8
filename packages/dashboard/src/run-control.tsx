import { type Study, send } from './api.ts'
import { useAsk } from './hooks.ts'
import type { Toast } from './parts.tsx'

const SAID = {
  pause: 'Paused: running trials come to their end, no new one is started.',
  run: 'Resumed.',
  stop: 'Runs end once their present trials have ended.',
} as const

/** Pauses, resumes and ends whatever processes run the study, wherever they are. */
export function RunControl({
  study,
  onChange,
  onToast,
}: {
  study: Study
  onChange: () => void
  onToast: (toast: Toast) => void
}) {
  const { data: about } = useAsk<{ readOnly: boolean }>('/about')
  const isPaused = study.control?.command === 'pause'
  if (about?.readOnly !== false || (study.counts.running === 0 && !isPaused)) return null
  async function command(name: keyof typeof SAID) {
    try {
      await send('POST', `/studies/${study.id}/control`, { command: name })
      onToast({ words: SAID[name] })
      onChange()
    } catch (error) {
      onToast({ words: (error as Error).message })
    }
  }
  return (
    <div class="row run-control">
      {isPaused && <strong>Paused</strong>}
      <button type="button" onClick={() => void command(isPaused ? 'run' : 'pause')}>
        {isPaused ? 'Resume' : 'Pause'}
      </button>
      <button type="button" onClick={() => void command('stop')}>
        Stop
      </button>
    </div>
  )
}
