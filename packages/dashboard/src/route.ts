import { useEffect, useState } from 'preact/hooks'

/** What the address names. */
export type Route =
  | { readonly page: 'studies' }
  | { readonly page: 'compare' }
  | { readonly page: 'study'; readonly id: number; readonly tab: 'overview' | 'trials' | 'about' }
  | { readonly page: 'trial'; readonly id: number; readonly number: number }
  | { readonly page: 'unknown' }

/** Reads the path of an address. */
export function parseRoute(path: string): Route {
  const [first, id, second, number, ...rest] = path.split('/').filter((part) => part !== '')
  if (first === undefined) return { page: 'studies' }
  if (first === 'compare' && id === undefined) return { page: 'compare' }
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

/** What is to stand after the question mark: all values of a name; none take it away. */
export type QueryChange = Readonly<Record<string, readonly string[]>>

/** What stands after the question mark. Changing it replaces the address at hand, so that Back leads out of the view. */
export function useQuery(): readonly [URLSearchParams, (change: QueryChange) => void] {
  const [search, setSearch] = useState(location.search)
  useEffect(() => {
    const onPop = () => setSearch(location.search)
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [])
  return [new URLSearchParams(search), changeQuery]
}

function changeQuery(change: QueryChange): void {
  const query = new URLSearchParams(location.search)
  for (const [name, values] of Object.entries(change)) {
    query.delete(name)
    for (const value of values) query.append(name, value)
  }
  const words = query.toString()
  history.replaceState(null, '', `${location.pathname}${words === '' ? '' : `?${words}`}`)
  dispatchEvent(new PopStateEvent('popstate'))
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
      go(link.pathname + link.search)
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
