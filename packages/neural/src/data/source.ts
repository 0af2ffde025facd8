import { readBytes } from '#files'
import { DataError } from '../errors.ts'

/** Where data comes from: the path of a file (Node; in a browser an address relative to the page), a URL, or the bytes themselves. */
export type DataSource = string | URL | Uint8Array

/** The bytes of `source`, unpacked where they are gzip. @throws DataError when it cannot be read or is damaged */
export async function readSource(source: DataSource): Promise<Uint8Array> {
  const bytes = source instanceof Uint8Array ? source : await readNamed(source)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? await gunzip(bytes, source) : bytes
}

/**
 * `bytes` as text.
 *
 * @throws DataError when they are not UTF-8: a wrong guess would spoil every name with an accent unnoticed
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new DataError('The file is not UTF-8 text', 'Convert it first: iconv -f latin1 -t utf-8 old.csv > new.csv', {
      cause,
    })
  }
}

/** The text (UTF-8) of `source`, see `readSource`. */
export async function readText(source: DataSource): Promise<string> {
  return new TextDecoder().decode(await readSource(source))
}

async function readNamed(source: string | URL): Promise<Uint8Array> {
  try {
    return await readBytes(source)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`${nameOf(source)} cannot be read: ${reason}`, 'Check the path', { cause })
  }
}

async function gunzip(bytes: Uint8Array, source: DataSource): Promise<Uint8Array> {
  // The web's own decompression: the same in Node and in browsers.
  const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'))
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer())
  } catch (cause) {
    throw new DataError(`${nameOf(source)} is not a whole gzip file`, 'Fetch it again', { cause })
  }
}

const nameOf = (source: DataSource): string =>
  source instanceof Uint8Array ? 'The data' : `"${source instanceof URL ? source.href : source}"`
