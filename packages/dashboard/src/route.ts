import { useEffect, useState } from 'preact/hooks'

/** What the address names. */
export type Route =
  | { readonly page: 'studies' }
  | { readonly page: 'study'; readonly id: number; readonly tab: 'overview' | 'trials' | 'about' }
  | { readonly page: 'trial'; readonly id: number; readonly number: number }
  | { readonly page: 'unknown' }

/** Reads an address. */
export function parseRoute(path: string): Route {
  const [first, id, second, number, ...rest] = path.split('/').filter((part) => part !== '')
  if (first === undefined) return { page: 'studies' }
  if (first !== 'studies' || !isWhole(id) || rest.length > 0) return { page: 'unknown' }
  const study = Number(id)
  if (second === undefined) return { page: 'study', id: study, tab: 'overview' }
  if (second === 'trials' && number !== undefined) {
    return isWhole(number) ? { page: 'trial', id: study, number: Number(number) } : { page: 'unknown' }
  }
  if ((second === 'trials' || second === 'about') && number === undefined)
    return { page: 'study', id: study, tab: second }
  return { page: 'unknown' }
}

function isWhole(part: string | undefined): boolean {
  return part !== undefined && /^\d+$/.test(part)
}

/** Goes to an address of this page. */
export function go(path: string): void {
  history.pushState(null, '', path)
  dispatchEvent(new PopStateEvent('popstate'))
  scrollTo(0, 0)
}

/** The route at hand; links within the page do not load it anew. */
export function useRoute(): Route {
  const [path, setPath] = useState(location.pathname)
  useEffect(() => {
    const onPop = () => setPath(location.pathname)
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null
      const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
      if (link === null || !isPlain || link.target !== '' || link.origin !== location.origin) return
      if (link.pathname.startsWith('/api/') || link.hash !== '') return
      event.preventDefault()
      go(link.pathname)
    }
    addEventListener('popstate', onPop)
    document.addEventListener('click', onClick)
    return () => {
      removeEventListener('popstate', onPop)
      document.removeEventListener('click', onClick)
    }
  }, [])
  return parseRoute(path)
}
