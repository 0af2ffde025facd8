import type { Shape, Value } from '../graph.ts'

/** The shape of the first input. */
export const sameShape = (inputs: readonly Value[]): Shape => inputs[0]?.shape ?? []

/** ONNX (NumPy) broadcasting over all inputs. */
export function broadcastShape(inputs: readonly Value[]): Shape {
  return inputs.map((value) => value.shape).reduce(broadcastPair)
}

function broadcastPair(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    if (left === right || right === 1) return left
    if (left === 1) return right
    throw new TypeError(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not fit`)
  })
}

export const equalShapes = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i])
