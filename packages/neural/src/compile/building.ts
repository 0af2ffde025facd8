import { type Dimension, type Graph, input, type Shape, type Value } from './graph.ts'

/** A network on its way into a graph: what its layers have asked for so far. */
export interface Building {
  readonly graph: Graph
  /** Numbers per example. */
  readonly inputs: number
  readonly isTraining: boolean
  readonly tensors: Map<string, Value>
  readonly masks: Value[]
  readonly statistics: Map<string, Value>
}

/** Declares a tensor of the model as an input of the graph. */
export function tensor(building: Building, name: string, shape: Shape): Value {
  const value = input(building.graph, name, shape)
  building.tensors.set(name, value)
  return value
}

/** Features of a row, channels of an image. */
export const widthOf = (x: Value): Dimension => x.shape[1] ?? 1
