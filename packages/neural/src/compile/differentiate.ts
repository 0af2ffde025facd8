import { constant, type Node, type Value } from './graph.ts'
import { add } from './operations/arithmetic.ts'

/**
 * Builds d(`loss`)/d(`targets`) into the loss's graph by walking its nodes backwards (reverse-mode differentiation).
 *
 * @param loss a value with one element
 * @param targets values the loss depends on
 * @returns one gradient per target, each in its target's shape
 * @throws TypeError when an operation on the way has no gradient rule, or a target does not influence the loss
 */
export function differentiate(loss: Value, targets: readonly Value[]): readonly Value[] {
  const nodes = loss.graph.nodes.slice()
  const wanted = influencedBy(targets, nodes)
  const gradients = new Map<Value, Value>([[loss, constant(loss.graph, [1], loss.shape)]])
  for (const node of nodes.reverse()) {
    const upstream = gradients.get(node.output)
    if (upstream && wanted.has(node.output)) passBack(node, upstream, wanted, gradients)
  }
  return targets.map((target) => {
    const gradient = gradients.get(target)
    if (!gradient) throw new TypeError(`'${target.name}' does not influence the loss`)
    return gradient
  })
}

/** The targets and everything computed from them: only these need gradients. */
function influencedBy(targets: readonly Value[], nodes: readonly Node[]): Set<Value> {
  const influenced = new Set(targets)
  for (const node of nodes) if (node.inputs.some((value) => influenced.has(value))) influenced.add(node.output)
  return influenced
}

function passBack(node: Node, upstream: Value, wanted: ReadonlySet<Value>, gradients: Map<Value, Value>): void {
  const { operation, output, attributes, side } = node
  const composite = output.graph.composites.get(output)
  const { inputs, gradient: ruleOf } = composite ?? { inputs: node.inputs, gradient: operation.gradient }
  if (!ruleOf) throw new TypeError(`${operation.type} has no gradient rule`)
  const rules = ruleOf({ inputs, output, attributes, upstream, side })
  for (const [i, value] of inputs.entries()) {
    const rule = rules[i]
    if (!rule || !wanted.has(value)) continue
    const gradient = rule()
    const earlier = gradients.get(value)
    gradients.set(value, earlier ? add(earlier, gradient) : gradient)
  }
}
