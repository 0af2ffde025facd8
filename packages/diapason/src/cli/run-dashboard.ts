import { messageOf } from '../errors.ts'
import type { Storage } from '../storage/storage.ts'

/** The page of a run, open as long as it lasts. */
export interface RunPage extends AsyncDisposable {
  /** The study's own address. */
  readonly url: string
}

/**
 * Opens the dashboard on the storage of a run, in the same process: what is kept in memory can be watched, too.
 * @param port  undefined: no page
 * @param onError told what goes wrong on the page's side; the run goes on
 * @throws {DiapasonError} where the port is taken, or the page was not built
 */
export async function openRunPage(
  storage: Storage,
  study: string,
  port: number | undefined,
  onError: (words: string) => void,
): Promise<RunPage | undefined> {
  if (port === undefined) return undefined
  // A run without a page need not load the server.
  const { pageFiles, serveDashboard } = await import('../server/node.ts')
  const server = await serveDashboard({
    storage,
    port,
    page: pageFiles(),
    onError: (error) => onError(`the dashboard: ${messageOf(error)}`),
  })
  const record = await storage.findStudy(study)
  return { url: `${server.url}studies/${record?.id ?? ''}`, [Symbol.asyncDispose]: () => server.close() }
}
