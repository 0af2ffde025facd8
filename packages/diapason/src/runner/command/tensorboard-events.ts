// TensorBoard's event files: records of TFRecord (length, checksum, bytes, checksum), each an `Event` in protocol buffers
// (tensorflow/core/util/event.proto, framework/summary.proto, framework/tensor.proto).

/** A number that was logged. */
export interface ScalarEvent {
  readonly tag: string
  readonly step: number
  readonly value: number
}

/** What a piece of an event file holds. */
export interface EventsRead {
  readonly scalars: readonly ScalarEvent[]
  /** Bytes of whole records; what follows is the beginning of one that is still being written. */
  readonly bytes: number
}

/** Length (8 bytes) with its checksum (4). */
const HEAD_BYTES = 12
const CHECKSUM_BYTES = 4
/** Longer records are no scalars, or the file is none of TensorBoard's. */
const LONGEST_RECORD = 2 ** 30

/** Reads the whole records of a piece of an event file. Checksums are not checked: a file that is torn ends the reading. */
export function readEvents(piece: Buffer): EventsRead {
  const scalars: ScalarEvent[] = []
  let at = 0
  while (at + HEAD_BYTES <= piece.length) {
    const length = Number(piece.readBigUInt64LE(at))
    const end = at + HEAD_BYTES + length + CHECKSUM_BYTES
    if (length > LONGEST_RECORD || end > piece.length) break
    scalars.push(...scalarsOf(piece.subarray(at + HEAD_BYTES, end - CHECKSUM_BYTES)))
    at = end
  }
  return { scalars, bytes: at }
}

/** A field of a message: a whole number, or bytes (8 or 4 of them for fixed-size numbers). */
type Field = { readonly number: number; readonly value: bigint | Buffer }

function scalarsOf(event: Buffer): readonly ScalarEvent[] {
  let step = 0
  let summary: Buffer | undefined
  for (const { number, value } of fieldsOf(event)) {
    if (number === 2 && typeof value === 'bigint') step = Number(BigInt.asIntN(64, value))
    if (number === 5 && typeof value !== 'bigint') summary = value
  }
  return summary === undefined ? [] : [...valuesOf(summary)].map((each) => ({ ...each, step }))
}

function* valuesOf(summary: Buffer): Generator<Omit<ScalarEvent, 'step'>> {
  for (const { number, value } of fieldsOf(summary)) {
    if (number !== 1 || typeof value === 'bigint') continue
    let tag = ''
    let scalar: number | undefined
    for (const field of fieldsOf(value)) {
      if (typeof field.value === 'bigint') continue
      if (field.number === 1) tag = field.value.toString('utf8')
      else if (field.number === 2) scalar = field.value.readFloatLE(0)
      else if (field.number === 8) scalar = tensorScalar(field.value)
    }
    if (scalar !== undefined) yield { tag, value: scalar }
  }
}

const FLOAT = 1n
const DOUBLE = 2n

/** The number in a tensor that holds a single one, else undefined. */
function tensorScalar(tensor: Buffer): number | undefined {
  let type: bigint | undefined
  let bytes: Buffer | undefined
  for (const { number, value } of fieldsOf(tensor)) {
    if (number === 1 && typeof value === 'bigint') type = value
    // tensor_content, float_val (packed or not), double_val
    else if (typeof value !== 'bigint' && [4, 5, 6].includes(number)) bytes = value
  }
  if (type === FLOAT && bytes?.length === 4) return bytes.readFloatLE(0)
  if (type === DOUBLE && bytes?.length === 8) return bytes.readDoubleLE(0)
  return undefined
}

function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; at < message.length; shift += 7n) {
      const byte = message[at++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    return value
  }
  const take = (length: number) => {
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const key = Number(varint())
    const number = key >>> 3
    switch (key & 7) {
      case 0:
        yield { number, value: varint() }
        break
      case 1:
        yield { number, value: take(8) }
        break
      case 2:
        yield { number, value: take(Number(varint())) }
        break
      case 5:
        yield { number, value: take(4) }
        break
      default:
        return // groups, which nobody writes
    }
  }
}
