import { CheckpointError } from '../errors.ts'
import { sizeOf } from '../network/shape.ts'

/** Named tensors with a text beside them. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
}

interface Entry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

/**
 * Writes tensors in the safetensors format, which Python's `safetensors` reads: eight bytes of header length, the header as JSON, the
 * numbers. Source: github.com/huggingface/safetensors, format section of its README.
 */
export function writeSafetensors({ metadata, tensors }: TensorFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] } satisfies Entry
    offset += values.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  // Padded with spaces, so that the numbers begin at a multiple of eight bytes.
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + length + offset).fill(0x20, 8, 8 + length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(text, 8)
  let place = 8 + length
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), place)
    place += values.byteLength
  }
  return bytes
}

/** Reads what {@link writeSafetensors} wrote. @throws CheckpointError when the bytes are cut off, damaged or of another format */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const { header, start } = readHeader(bytes)
  const { __metadata__: metadata = {}, ...entries } = header
  const tensors = new Map<string, { shape: readonly number[]; values: Float32Array }>()
  for (const [name, entry] of Object.entries(entries as Record<string, Entry>)) {
    const [from, to] = entry.data_offsets ?? [0, -1]
    const isWhole = entry.dtype === 'F32' && to - from === 4 * sizeOf(entry.shape) && start + to <= bytes.length
    if (!isWhole) throw damaged(`tensor "${name}" is not whole`)
    // Copied by `from`: the `slice` of Node's Buffer, a kind of Uint8Array, would share its memory.
    const copy = Uint8Array.from(bytes.subarray(start + from, start + to))
    tensors.set(name, { shape: entry.shape, values: new Float32Array(copy.buffer) })
  }
  return { metadata: metadata as Record<string, string>, tensors }
}

function readHeader(bytes: Uint8Array): { readonly header: Record<string, unknown>; readonly start: number } {
  if (bytes.length < 8) throw damaged('there is no header')
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (8 + length > bytes.length) throw damaged('the header is cut off')
  try {
    return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))), start: 8 + length }
  } catch (cause) {
    throw damaged('the header is not JSON', { cause })
  }
}

const damaged = (what: string, options?: ErrorOptions): CheckpointError =>
  new CheckpointError(`This is no whole safetensors file: ${what}`, 'Save it again', options)
