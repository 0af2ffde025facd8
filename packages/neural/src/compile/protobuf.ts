/**
 * Writes the wire format of Protocol Buffers: what ONNX files are made of.
 * Each field is a key (number and wire type) and a value; a message inside a message is a field of bytes.
 * Source: protobuf.dev/programming-guides/encoding.
 */
export class MessageWriter {
  readonly #bytes: number[] = []

  /** A whole number; negative ones take ten bytes, as the format asks. */
  integer(field: number, value: number): this {
    this.#varint(BigInt(field * 8))
    this.#varint(BigInt.asUintN(64, BigInt(value)))
    return this
  }

  /** A single-precision number. */
  float(field: number, value: number): this {
    this.#varint(BigInt(field * 8 + 5))
    this.#append(new Uint8Array(new Float32Array([value]).buffer))
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint(BigInt(field * 8 + 2))
    this.#varint(BigInt(value.length))
    this.#append(value)
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish())
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }

  #varint(value: bigint): void {
    let rest = value
    while (rest > 127n) {
      this.#bytes.push(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    this.#bytes.push(Number(rest))
  }

  #append(bytes: Uint8Array): void {
    for (const byte of bytes) this.#bytes.push(byte)
  }
}
