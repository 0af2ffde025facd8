/** A size that is known, or the name of one that is known only when the graph runs (`batch`, `width1`). */
export type Dimension = number | string
export type Shape = readonly Dimension[]
export type ElementType = 'float32' | 'int64' | 'bool'

/** An ONNX attribute; whole numbers in `ints` and `int`, single precision in `float`. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
export type Attributes = Readonly<Record<string, Attribute>>

/** One tensor in a graph. It knows its graph, so that `add(a, b)` needs no third argument. */
export interface Value {
  readonly graph: Graph
  readonly name: string
  readonly shape: Shape
  readonly elementType: ElementType
  readonly source: Source
}

/** Where a value comes from. */
export type Source =
  | { readonly kind: 'input' }
  | { readonly kind: 'constant'; readonly values: readonly number[] }
  | Application

/** One operation applied to values. */
export interface Application {
  readonly kind: 'node'
  readonly operation: Operation
  readonly inputs: readonly Value[]
  readonly attributes: Attributes
}

/** An application and its result. A graph's nodes stand in the order they were made, which is an order they can run in. */
export interface Node extends Application {
  readonly output: Value
  /** A second result, where the operation has one that is wanted. */
  readonly side?: Value
}

/** What a gradient rule is given: d(loss)/d(output) is `upstream`. */
export interface GradientSite {
  readonly inputs: readonly Value[]
  readonly output: Value
  readonly attributes: Attributes
  readonly upstream: Value
  readonly side?: Value | undefined
}

/** Builds d(loss)/d(input) for each input, see {@link Operation}. */
export type GradientRule = (site: GradientSite) => readonly ((() => Value) | undefined)[]

/**
 * One ONNX operation with everything the compiler must know about it: how its result is shaped and how gradients pass through.
 *
 * `gradient` returns, per input, a function that builds d(loss)/d(input) in the input's shape, or undefined where nothing flows.
 * Functions, so that a gradient nobody asks for (that of the network's input) is never built. Left out: not differentiable.
 */
export interface Operation {
  /** ONNX operator name in the default domain. */
  readonly type: string
  readonly shape: (inputs: readonly Value[], attributes: Attributes) => Shape
  readonly elementType?: ElementType
  readonly gradient?: GradientRule
  /** Its WebAssembly instruction on four numbers at once, where it works on each number alone. */
  readonly simd?: number
}

/** A gradient rule for several operations taken as one: from `inputs` to the value it is filed under. */
export interface Composite {
  readonly inputs: readonly Value[]
  readonly gradient: GradientRule
}

export interface Graph {
  readonly inputs: Value[]
  readonly constants: Value[]
  readonly nodes: Node[]
  readonly composites: Map<Value, Composite>
  /** Names of sizes that have turned out to mean what another name means, see {@link unite}. */
  readonly aliases: Map<Dimension, Dimension>
}

/** A value, or a number that becomes a scalar constant. */
export type Operand = Value | number

export function createGraph(): Graph {
  return { inputs: [], constants: [], nodes: [], composites: new Map(), aliases: new Map() }
}

/** Notes that the sizes `one` and `other` are equal: the file then has one name for both, and the runtime less to compare. */
export function unite(graph: Graph, one: Dimension, other: Dimension): void {
  const [from, to] = [nameOf(graph, one), nameOf(graph, other)]
  if (from === to) return
  if (typeof from === 'string') graph.aliases.set(from, to)
  else if (typeof to === 'string') graph.aliases.set(to, from)
}

/** The one name, or the number, of a size that may have several. */
export function nameOf(graph: Graph, size: Dimension): Dimension {
  const other = graph.aliases.get(size)
  return other === undefined ? size : nameOf(graph, other)
}

/** Declares a graph input. */
export function input(graph: Graph, name: string, shape: Shape, elementType: ElementType = 'float32'): Value {
  const value: Value = { graph, name, shape, elementType, source: { kind: 'input' } }
  graph.inputs.push(value)
  return value
}

/** A constant held by the graph; equal constants are stored once. Large ones are given a `name` that tells them apart. */
export function constant(
  graph: Graph,
  values: readonly number[],
  shape: Shape,
  elementType: ElementType = 'float32',
  name = `${elementType}[${shape.join(',')}] ${values.join(',')}`,
): Value {
  const known = graph.constants.find((value) => value.name === name)
  if (known) return known
  const value: Value = { graph, name, shape, elementType, source: { kind: 'constant', values } }
  graph.constants.push(value)
  return value
}

/** Applies `operation`; at least one operand must be a value, numbers become scalars beside it. */
export function apply(operation: Operation, operands: readonly Operand[], attributes: Attributes = {}): Value {
  return applyNode(operation, operands, attributes).output
}

/** Applies an operation whose second result, whole numbers in the shape of the first, is wanted by its gradient rule. */
export const applyWithSide = (operation: Operation, operands: readonly Operand[], attributes: Attributes): Value =>
  applyNode(operation, operands, attributes, true).output

function applyNode(operation: Operation, operands: readonly Operand[], attributes: Attributes, hasSide = false): Node {
  const graph = graphOf(operation, operands)
  const inputs = operands.map((operand) => (typeof operand === 'number' ? constant(graph, [operand], []) : operand))
  const source: Application = { kind: 'node', operation, inputs, attributes }
  const name = `${operation.type}${graph.nodes.length}`
  const shape = operation.shape(inputs, attributes)
  const output: Value = { graph, name, shape, elementType: operation.elementType ?? 'float32', source }
  const node: Node = { ...source, output }
  const side: Value = { ...output, name: `${name}/side`, elementType: 'int64' }
  graph.nodes.push(hasSide ? { ...node, side } : node)
  return node
}

/**
 * Gives `output`, built from `inputs` by any number of operations, a gradient rule of its own: fewer passes over large tensors
 * than the rules of the single operations would make.
 */
export function withGradient(output: Value, inputs: readonly Value[], gradient: GradientRule): Value {
  output.graph.composites.set(output, { inputs, gradient })
  return output
}

function graphOf(operation: Operation, operands: readonly Operand[]): Graph {
  for (const operand of operands) if (typeof operand !== 'number') return operand.graph
  throw new TypeError(`${operation.type} needs at least one value, got only numbers`)
}

export const integer = (value: number): Attribute => ({ kind: 'int', value })
export const integers = (value: readonly number[]): Attribute => ({ kind: 'ints', value })
export const real = (value: number): Attribute => ({ kind: 'float', value })
export const text = (value: string): Attribute => ({ kind: 'string', value })
