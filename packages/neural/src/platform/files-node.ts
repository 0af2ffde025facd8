import { readFile, rename, rm, writeFile } from 'node:fs/promises'

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

/** Writes a file beside its place and moves it there: a reader, or a crash, never meets half of it. */
export async function writeBytes(path: string | URL, bytes: Uint8Array): Promise<void> {
  const [place, beside] = path instanceof URL ? [path, new URL(`${path.href}.part`)] : [path, `${path}.part`]
  try {
    await writeFile(beside, bytes)
    await rename(beside, place)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
