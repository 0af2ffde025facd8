import { readFile } from 'node:fs/promises'

/** Reads a file by path or file: URL; other URLs are fetched. */
export async function readBytes(source: string | URL): Promise<Uint8Array> {
  if (source instanceof URL && source.protocol !== 'file:') return await fetchBytes(source)
  return await readFile(source)
}

/** The place of a file in this package's data/ folder. */
export function shippedFile(name: string): URL {
  // Both src/ and dist/ lie beside data/, at different distances; the package's own name finds it from either.
  return new URL(`./data/${name}`, import.meta.resolve('@diapason/neural/package.json'))
}

async function fetchBytes(source: URL): Promise<Uint8Array> {
  const response = await fetch(source)
  if (!response.ok) throw new Error(`the server answers ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
