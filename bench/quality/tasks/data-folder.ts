import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** JSON of a file, as the type that the caller knows it to have. */
export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Gzipped little-endian float32. */
export function readFloats(file: string): Float32Array {
  const bytes = gunzipSync(readFileSync(file))
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}

/** The folder with the measurements of others, which are not part of this repository. */
export function dataFolder(option: string | undefined): string | undefined {
  const folder = option ?? process.env.DIAPASON_BENCHMARKS
  if (folder === undefined) return undefined
  if (!existsSync(folder)) throw new Error(`No folder ${folder}: give --data or DIAPASON_BENCHMARKS one that exists`)
  return folder
}
