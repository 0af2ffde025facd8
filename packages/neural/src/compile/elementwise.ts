import type { Graph, Value } from './graph.ts'
import {
  I32_ADD,
  I32_IS_BELOW,
  I32_MULTIPLY,
  loadFour,
  loadRepeated,
  localGet,
  localSet,
  localTee,
  loop,
  repeated,
  simd,
  smallInteger,
  storeFour,
  wasmModule,
} from './wasm-module.ts'

/** What the loop walks over: equally long vectors by name, and numbers that stay the same on the way. */
export interface ElementwiseInputs {
  readonly vectors: readonly string[]
  readonly scalars: readonly string[]
}

/** Arguments of the compiled `run`: where the vectors start, their distance and length, where the scalars are; all in bytes. */
const FIRST = 0
const DISTANCE = 1
const LENGTH = 2
const SCALARS = 3
const PARAMETERS = 4

const LANE_BYTES = 16

/**
 * Compiles a graph of elementwise operations into one WebAssembly loop: each number is read once, whatever happens to it happens in
 * registers, and each result is written once. ONNX Runtime would walk through memory once for every operation.
 *
 * `run(first, distance, length, scalars)`: vector k lies at `first` + k · `distance` and is `length` bytes long, a multiple of 16;
 * scalar k lies at `scalars` + 4 k.
 *
 * @param graph its inputs are `vectors` and `scalars`
 * @param results what is written where: values by the name of the vector that they replace
 * @returns the bytes of a module, see {@link wasmModule}
 * @throws TypeError when an operation is not elementwise
 */
export function compileElementwise(
  graph: Graph,
  { vectors, scalars }: ElementwiseInputs,
  results: Readonly<Record<string, Value>>,
): Uint8Array<ArrayBuffer> {
  const end = PARAMETERS + vectors.length
  // Locals by what they hold: whole numbers first, then vectors of four.
  const addressOf = (name: string): number => PARAMETERS + vectors.indexOf(name)
  const places = new Map<Value, number>()
  for (const value of [...graph.inputs, ...graph.nodes.map(({ output }) => output)])
    places.set(value, end + 1 + places.size)
  const get = (value: Value): number[] => {
    if (value.source.kind === 'constant') return repeated(value.source.values[0] ?? 0)
    return localGet(places.get(value)!)
  }

  const prepare = [
    ...vectors.flatMap((name, k) => [
      ...[...localGet(FIRST), ...localGet(DISTANCE), ...smallInteger(k), I32_MULTIPLY, I32_ADD],
      ...localSet(addressOf(name)),
    ]),
    ...[...localGet(addressOf(vectors[0]!)), ...localGet(LENGTH), I32_ADD, ...localSet(end)],
    ...graph.inputs
      .filter(({ name }) => scalars.includes(name))
      .flatMap((value) => [
        ...[...localGet(SCALARS), ...loadRepeated(4 * scalars.indexOf(value.name)), ...localSet(places.get(value)!)],
      ]),
  ]
  const reads = graph.inputs
    .filter(({ name }) => vectors.includes(name))
    .flatMap((value) => [...localGet(addressOf(value.name)), ...loadFour(0), ...localSet(places.get(value)!)])
  const computes = graph.nodes.flatMap(({ operation, inputs, output }) => {
    if (operation.simd === undefined) throw new TypeError(`${operation.type} is not elementwise`)
    return [...inputs.flatMap(get), ...simd(operation.simd), ...localSet(places.get(output)!)]
  })
  const writes = Object.entries(results).flatMap(([name, value]) => [
    ...[...localGet(addressOf(name)), ...get(value), ...storeFour(0)],
  ])
  const advance = vectors.toReversed().flatMap((name) => {
    const next = [...localGet(addressOf(name)), ...smallInteger(LANE_BYTES), I32_ADD]
    return name === vectors[0] ? [...next, ...localTee(addressOf(name))] : [...next, ...localSet(addressOf(name))]
  })
  const body = [...reads, ...computes, ...writes, ...advance, ...localGet(end), I32_IS_BELOW]
  return wasmModule({ parameters: PARAMETERS, integers: vectors.length + 1, vectors: places.size }, [
    ...prepare,
    ...loop(body),
  ])
}
