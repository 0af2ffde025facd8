import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** What went wrong, in words. */
export function Problem({ error }: { error: Error }) {
  return (
    <p class="problem" role="alert">
      {error.message}
    </p>
  )
}

/** A short message at the edge, with one thing to do about it. */
export interface Toast {
  readonly words: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

/** Shows the latest message for ten seconds. */
export function ToastView({ toast, onGone }: { toast: Toast | undefined; onGone: () => void }) {
  useEffect(() => {
    if (toast === undefined) return
    const timer = setTimeout(onGone, 10_000)
    return () => clearTimeout(timer)
  }, [toast, onGone])
  return (
    <div class="toast" role="status">
      {toast && (
        <p>
          {toast.words}{' '}
          {toast.action && (
            <button type="button" onClick={toast.action.run}>
              {toast.action.label}
            </button>
          )}
        </p>
      )}
    </div>
  )
}

/** A note that is written in place; saved by a button or Ctrl+Enter. */
export function NoteField({
  note,
  label,
  onSave,
}: {
  note: string
  label: string
  onSave: (note: string) => Promise<void>
}) {
  const [draft, setDraft] = useState<string>()
  const [problem, setProblem] = useState<Error>()
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [draft === undefined])
  if (draft === undefined) {
    return (
      <div class="note-field">
        {note !== '' && <p class="note-text">{note}</p>}
        <button type="button" class="quiet" onClick={() => setDraft(note)}>
          {note === '' ? `Add a ${label}` : `Change the ${label}`}
        </button>
      </div>
    )
  }
  async function save() {
    try {
      await onSave(draft ?? '')
      setProblem(undefined)
      setDraft(undefined)
    } catch (error) {
      setProblem(error as Error)
    }
  }
  return (
    <div class="note-field">
      <textarea
        ref={field}
        aria-label={label}
        rows={4}
        value={draft}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save()
          if (event.key === 'Escape') setDraft(undefined)
        }}
      />
      <div class="row">
        <button type="button" onClick={() => void save()}>
          Save
        </button>
        <button type="button" class="quiet" onClick={() => setDraft(undefined)}>
          Cancel
        </button>
      </div>
      {problem && <Problem error={problem} />}
    </div>
  )
}

/** A box that scrolls by itself, and that the keyboard can reach. */
export function Scroll({
  label,
  tall = false,
  children,
}: {
  label: string
  tall?: boolean
  children: ComponentChildren
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within the keyboard's reach
    <section class={`scroll${tall ? ' tall' : ''}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}

/** A choice among texts. */
export function Choice({
  label,
  value,
  options,
  onChoose,
}: {
  label: string
  value: string
  options: readonly string[]
  onChoose: (value: string) => void
}) {
  return (
    <label class="choice">
      <span class="hidden">{label}</span>
      <select aria-label={label} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  )
}

/** A path that breaks after its dots first. */
export function PathText({ path }: { path: string }) {
  const [first = '', ...rest] = path.split('.')
  return (
    <>
      {first}
      {rest.map((part) => [`.`, <wbr key={part} />, part])}
    </>
  )
}
