import { numberText } from 'diapason/charts'
import { useAsk } from './hooks.ts'
import { Scroll } from './parts.tsx'

interface TrialFiles {
  readonly folder: string
  readonly log: { readonly text: string; readonly bytes: number; readonly isCut: boolean } | null
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
}

/** What the command of a trial printed and left; nothing where it left nothing on the server's machine. */
export function FilesCard({ id, number, version }: { id: number; number: number; version: string }) {
  const { data } = useAsk<TrialFiles | null>(`/studies/${id}/trials/${number}/files`, version)
  if (!data) return null
  const { log, files, folder } = data
  const address = (path: string) => `/api/studies/${id}/trials/${number}/file?path=${encodeURIComponent(path)}`
  return (
    <section class="card wide" aria-label="Log and files">
      {log !== null && (
        <>
          <h2>Log</h2>
          <p class="note">
            {log.isCut && `The last part of ${bytesText(log.bytes)}. `}
            <a href={address('log.txt')} download="log.txt">
              Keep the whole log
            </a>
          </p>
          <Scroll label={`Log of trial ${number}`}>
            <pre class="log">{log.text === '' ? 'Nothing was printed.' : log.text}</pre>
          </Scroll>
        </>
      )}
      {files.length > 0 && (
        <>
          <h2>Files</h2>
          <table>
            <thead>
              <tr>
                <th scope="col">file</th>
                <th scope="col">size</th>
              </tr>
            </thead>
            <tbody>
              {files.map(({ path, bytes }) => (
                <tr key={path}>
                  <td>
                    <a href={address(path)} download={path.split('/').at(-1)}>
                      {path}
                    </a>
                  </td>
                  <td>{bytesText(bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <p class="note">In {folder}</p>
    </section>
  )
}

function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 ** 2 ? `${numberText(bytes / 1024, 2)} KB` : `${numberText(bytes / 1024 ** 2, 3)} MB`
}
