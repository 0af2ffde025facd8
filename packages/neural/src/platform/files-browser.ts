/** Fetches an address, relative ones against the page. */
export async function readBytes(source: string | URL): Promise<Uint8Array> {
  const response = await fetch(source)
  if (!response.ok) throw new Error(`the server answers ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** The address of a file in this package's data/ folder, which lies beside the folder that this module is built into. */
export function shippedFile(name: string): URL {
  return new URL(`../data/${name}`, import.meta.url)
}

/** A page has no files of its own to write. */
export async function writeBytes(_path: string | URL, _bytes: Uint8Array): Promise<void> {
  throw new Error('a browser cannot write files; store the bytes of modelToBytes or checkpointToBytes instead')
}
