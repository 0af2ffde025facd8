const VARINT = 0
const BYTES = 2
const FOUR_BYTES = 5

const utf8 = new TextEncoder()

/**
 * Writes the wire format of Protocol Buffers: what ONNX files are made of.
 * Each field is a key (number and wire type) and a value; a message inside a message is a field of bytes.
 * Source: protobuf.dev/programming-guides/encoding.
 */
export class MessageWriter {
  #buffer = new Uint8Array(64)
  #length = 0

  /** A whole number; negative ones take ten bytes, as the format asks. */
  integer(field: number, value: number): this {
    this.#key(field, VARINT)
    if (value >= 0 && value < 2 ** 31) this.#varint(value)
    else this.#longVarint(BigInt.asUintN(64, BigInt(value)))
    return this
  }

  /** A single-precision number. */
  float(field: number, value: number): this {
    this.#key(field, FOUR_BYTES)
    this.#append(new Uint8Array(new Float32Array([value]).buffer))
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#key(field, BYTES)
    this.#varint(value.length)
    this.#append(value)
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value))
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish())
  }

  /** What has been written so far, over the writer's own memory. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  #key(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType)
  }

  /** Seven bits a byte, lowest first; the eighth says that more follow. */
  #varint(value: number): void {
    let rest = value
    while (rest > 127) {
      this.#byte((rest & 127) | 128)
      rest >>>= 7
    }
    this.#byte(rest)
  }

  #longVarint(value: bigint): void {
    let rest = value
    while (rest > 127n) {
      this.#byte(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    this.#byte(Number(rest))
  }

  #byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return
    const larger = new Uint8Array(2 * (this.#length + count))
    larger.set(this.finish())
    this.#buffer = larger
  }
}
