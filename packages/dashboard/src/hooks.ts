import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ask } from './api.ts'

/** What was asked for: the last answer stays while the next one is on its way. */
export interface Asked<T> {
  readonly data: T | undefined
  readonly error: Error | undefined
  readonly again: () => void
}

/** Asks for a path, and again when `version` changes. Undefined asks for nothing. */
export function useAsk<T>(path: string | undefined, version = ''): Asked<T> {
  const [state, setState] = useState<{ path: string | undefined; data?: T; error?: Error }>({ path })
  const [turn, setTurn] = useState(0)
  // A new version or turn asks again.
  useEffect(() => {
    if (path === undefined) return
    let isCurrent = true
    ask<T>(path).then(
      (data) => isCurrent && setState({ path, data }),
      (error: Error) => isCurrent && setState((held) => ({ ...(held.path === path ? held : { path }), error })),
    )
    return () => {
      isCurrent = false
    }
  }, [path, version, turn])
  const again = useCallback(() => setTurn((held) => held + 1), [])
  const isSame = state.path === path
  return { data: isSame ? state.data : undefined, error: isSame ? state.error : undefined, again }
}

/** The version of a study, kept up to date by server-sent events; `isLive` tells whether they come. */
export function useVersion(id: number): { readonly version: string; readonly isLive: boolean } {
  const [state, setState] = useState({ version: '', isLive: false })
  useEffect(() => {
    const events = new EventSource(`/api/studies/${id}/events`)
    events.addEventListener('change', (event) => {
      const { version } = JSON.parse(event.data) as { version: string }
      setState({ version, isLive: true })
    })
    events.addEventListener('open', () => setState((held) => ({ ...held, isLive: true })))
    events.addEventListener('error', () => setState((held) => ({ ...held, isLive: false })))
    return () => events.close()
  }, [id])
  return state
}

/** The width of an element in pixels, as it changes. */
export function useWidth(): readonly [(node: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(0)
  const observer = useRef<ResizeObserver>(undefined)
  const ref = useCallback((node: HTMLElement | null) => {
    observer.current?.disconnect()
    if (node === null) return
    setWidth(node.clientWidth)
    observer.current = new ResizeObserver(() => setWidth(node.clientWidth))
    observer.current.observe(node)
  }, [])
  return [ref, width]
}
