import type { Attribute, Dimension, ElementType, Graph, Node, Shape, Value } from './graph.ts'
import { nameOf } from './graph.ts'
import { MessageWriter } from './protobuf.ts'

/** The operator set the graphs are written in, and the file format that came with it (ONNX 1.13). */
export const OPERATOR_SET = 18
export const IR_VERSION = 8

/** ONNX's numbers for element types (TensorProto.DataType) and attribute types (AttributeProto.AttributeType). */
const elementTypes: Readonly<Record<ElementType, number>> = { float32: 1, int64: 7, bool: 9 }
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const

/** What is known of a graph that is to serve one model alone. */
export interface Fixed {
  /** Numbers of inputs that are written into the file. */
  readonly initial: ReadonlyMap<string, Float32Array>
  /** Sizes by their names in the graph. */
  readonly sizes: ReadonlyMap<Dimension, number>
}

const nothingFixed: Fixed = { initial: new Map(), sizes: new Map() }

/**
 * Writes `graph` as an ONNX model file that computes `outputs`.
 *
 * @param outputs values by the name the runtime will know them by; nodes that none of them needs are left out
 * @returns the bytes of a ModelProto
 */
export function writeOnnx(
  graph: Graph,
  outputs: Readonly<Record<string, Value>>,
  { initial, sizes }: Fixed = nothingFixed,
): Uint8Array {
  const needed = neededFor(graph, Object.values(outputs))
  const names = new Map<Value, string>()
  const body = new MessageWriter()
  for (const [name, value] of Object.entries(outputs)) {
    if (value.source.kind === 'node' && !names.has(value)) names.set(value, name)
  }
  for (const node of graph.nodes) if (needed.has(node.output)) body.message(1, nodeMessage(node, names, needed))
  for (const [name, value] of Object.entries(outputs)) {
    // An input handed straight through, or a value under two names, needs a node of its own.
    if (names.get(value) !== name) body.message(1, copyMessage(names.get(value) ?? value.name, name))
  }
  body.text(2, 'diapason')
  for (const value of graph.constants) if (needed.has(value)) body.message(5, tensorMessage(value))
  for (const value of graph.inputs) {
    const numbers = initial.get(value.name)
    if (numbers) body.message(5, numbersMessage(value.name, sized(value, sizes), numbers))
    else if (needed.has(value)) body.message(11, valueMessage(value.name, value, sizes))
  }
  for (const [name, value] of Object.entries(outputs)) body.message(12, valueMessage(name, value, sizes))
  return new MessageWriter()
    .integer(1, IR_VERSION)
    .text(2, '@diapason/neural')
    .message(7, body)
    .message(8, new MessageWriter().text(1, '').integer(2, OPERATOR_SET))
    .finish()
}

function neededFor(graph: Graph, outputs: readonly Value[]): Set<Value> {
  const needed = new Set(outputs)
  for (const node of graph.nodes.toReversed()) {
    if (!needed.has(node.output) && !(node.side && needed.has(node.side))) continue
    needed.add(node.output)
    for (const value of node.inputs) needed.add(value)
  }
  return needed
}

const copyMessage = (from: string, to: string): MessageWriter =>
  new MessageWriter().text(1, from).text(2, to).text(4, 'Identity')

function nodeMessage(node: Node, names: ReadonlyMap<Value, string>, needed: ReadonlySet<Value>): MessageWriter {
  const message = new MessageWriter()
  for (const value of node.inputs) message.text(1, names.get(value) ?? value.name)
  message.text(2, names.get(node.output) ?? node.output.name)
  if (node.side && needed.has(node.side)) message.text(2, node.side.name)
  message.text(4, node.operation.type)
  for (const [name, attribute] of Object.entries(node.attributes)) message.message(5, attributeMessage(name, attribute))
  return message
}

function attributeMessage(name: string, attribute: Attribute): MessageWriter {
  const message = new MessageWriter().text(1, name)
  switch (attribute.kind) {
    case 'float':
      message.float(2, attribute.value)
      break
    case 'int':
      message.integer(3, attribute.value)
      break
    case 'string':
      message.text(4, attribute.value)
      break
    case 'ints':
      for (const value of attribute.value) message.integer(8, value)
      break
    default:
      attribute satisfies never
  }
  return message.integer(20, attributeTypes[attribute.kind])
}

function tensorMessage(value: Value): MessageWriter {
  const message = new MessageWriter()
  for (const size of value.shape) message.integer(1, Number(size))
  const numbers = value.source.kind === 'constant' ? value.source.values : []
  const array = value.elementType === 'int64' ? new BigInt64Array(numbers.map(BigInt)) : new Float32Array(numbers)
  return message.integer(2, elementTypes[value.elementType]).text(8, value.name).bytes(9, new Uint8Array(array.buffer))
}

function numbersMessage(name: string, shape: Shape, values: Float32Array): MessageWriter {
  const message = new MessageWriter()
  for (const size of shape) message.integer(1, Number(size))
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return message.integer(2, elementTypes.float32).text(8, name).bytes(9, bytes)
}

const sized = ({ shape, graph }: Value, sizes: Fixed['sizes']): Shape =>
  shape.map((size) => sizes.get(size) ?? nameOf(graph, size))

function valueMessage(name: string, value: Value, sizes: Fixed['sizes']): MessageWriter {
  const shape = shapeMessage(sized(value, sizes))
  const tensor = new MessageWriter().integer(1, elementTypes[value.elementType]).message(2, shape)
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensor))
}

function shapeMessage(shape: Shape): MessageWriter {
  const message = new MessageWriter()
  for (const size of shape) {
    const dimension = new MessageWriter()
    message.message(1, typeof size === 'number' ? dimension.integer(1, size) : dimension.text(2, size))
  }
  return message
}
