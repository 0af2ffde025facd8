/*
 * The few bytes of WebAssembly that a loop over vectors needs. Source: the WebAssembly core specification 2.0, chapter 5 (binary format),
 * webassembly.github.io/spec/core/binary.
 */

/** Unsigned whole number, seven bits a byte, lowest first (LEB128). */
export function unsigned(value: number): number[] {
  const bytes = []
  let rest = value
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  return [...bytes, rest]
}

export const I32 = 0x7f
export const V128 = 0x7b

export const localGet = (index: number): number[] => [0x20, ...unsigned(index)]
export const localSet = (index: number): number[] => [0x21, ...unsigned(index)]
export const localTee = (index: number): number[] => [0x22, ...unsigned(index)]
/** A number below 64, which one byte holds. */
export const smallInteger = (value: number): number[] => [0x41, value]
export const I32_ADD = 0x6a
export const I32_MULTIPLY = 0x6c
export const I32_IS_BELOW = 0x49

/** An instruction on four numbers at once, by its number behind the prefix 0xfd. */
export const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)]
/** Alignment is a hint, as an exponent of 2; `offset` is added to the address on the stack. */
const at = (alignment: number, offset: number): number[] => [alignment, ...unsigned(offset)]
export const loadFour = (offset: number): number[] => [...simd(0x00), ...at(4, offset)]
export const storeFour = (offset: number): number[] => [...simd(0x0b), ...at(4, offset)]
/** One number from memory, in all four places. */
export const loadRepeated = (offset: number): number[] => [...simd(0x09), ...at(2, offset)]
export const repeated = (value: number): number[] => {
  const bytes = new Uint8Array(Float32Array.of(value, value, value, value).buffer)
  return [...simd(0x0c), ...bytes]
}

/** Repeats `body`, which leaves on the stack whether to go round again. */
export const loop = (body: readonly number[]): number[] => [0x03, 0x40, ...body, 0x0d, 0, 0x0b]

const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)]
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content]

/**
 * A module of one function `run`, with `parameters` whole numbers and no result, over a memory that is handed in as `room.memory`.
 * Locals follow the parameters: first `integers` of them, then `vectors` of four numbers each.
 */
export function wasmModule(
  counts: { readonly parameters: number; readonly integers: number; readonly vectors: number },
  body: readonly number[],
): Uint8Array<ArrayBuffer> {
  const { parameters, integers, vectors } = counts
  const locals = [2, ...unsigned(integers), I32, ...unsigned(vectors), V128]
  const code = [...locals, ...body, 0x0b]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, parameters, ...Array.from({ length: parameters }, () => I32), 0]),
    ...section(2, [1, ...text('room'), ...text('memory'), 0x02, 0x00, 0]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('run'), 0x00, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ])
}
