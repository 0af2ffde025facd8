import type { ParamValue } from '../space/distribution.ts'
import { isActive, type Parameter, type ParamValues, type SearchSpace } from '../space/search-space.ts'

/** The points of a finite space, numbered 0 … count − 1; the last parameter varies fastest. */
export interface Enumeration {
  /** Infinity when any parameter is continuous. Exact up to 2^53. */
  readonly count: number
  /** The parameter that makes the count infinite, or undefined. */
  readonly continuous: Parameter | undefined
  /** Point `index`; only where count is finite. O(parameters + children × values of their parents). */
  pointAt(index: number): ParamValues
  /** The number of a point, or −1 where a value is missing or lies off the grid. */
  indexOf(params: ParamValues): number
}

/** A parameter with those that depend on it. */
interface TreeNode {
  readonly parameter: Parameter
  readonly children: readonly TreeNode[]
  /** Points of this parameter and everything below it. */
  readonly count: number
  /** Points before each value; empty where nothing depends on it and every value is one point. */
  readonly before: readonly number[]
}

/** Numbers the points of a space, branches and repeats included: a parameter counts only where it is active. */
export function enumerate(space: SearchSpace): Enumeration {
  const roots = space.parameters.filter((p) => p.condition === undefined).map((p) => treeOf(p, space))
  const count = product(roots)
  return {
    count,
    continuous: space.parameters.find((p) => p.column.size === Number.POSITIVE_INFINITY),
    pointAt(index) {
      const params: Record<string, ParamValue> = {}
      unrank(roots, index, params)
      // In the space's own order, parents first, as every other sampler gives them.
      const ordered: Record<string, ParamValue> = {}
      for (const { name } of space.parameters) if (name in params) ordered[name] = params[name] ?? null
      return ordered
    },
    indexOf: (params) => rank(roots, params),
  }
}

function treeOf(parameter: Parameter, space: SearchSpace): TreeNode {
  const children = space.parameters.filter((p) => p.condition?.parent === parameter.name).map((p) => treeOf(p, space))
  if (children.length === 0) return { parameter, children, count: parameter.column.size, before: [] }
  const before: number[] = []
  let count = 0
  for (let v = 0; v < parameter.column.size; v++) {
    before.push(count)
    count += product(activeChildren(parameter, children, v))
  }
  return { parameter, children, count, before }
}

const product = (nodes: readonly TreeNode[]): number => nodes.reduce((total, node) => total * node.count, 1)

function activeChildren(parent: Parameter, children: readonly TreeNode[], valueIndex: number): readonly TreeNode[] {
  const params = { [parent.name]: parent.column.valueAt(valueIndex) }
  return children.filter((child) => isActive(child.parameter, params))
}

/** Mixed radix over independent nodes, the last one fastest. */
function unrank(nodes: readonly TreeNode[], index: number, out: Record<string, ParamValue>): void {
  let rest = index
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]
    if (node === undefined) return
    unrankNode(node, rest % node.count, out)
    rest = Math.floor(rest / node.count)
  }
}

function unrankNode(node: TreeNode, index: number, out: Record<string, ParamValue>): void {
  const { parameter, children, before } = node
  if (children.length === 0) {
    out[parameter.name] = parameter.column.valueAt(index)
    return
  }
  const valueIndex = before.findLastIndex((points) => points <= index)
  out[parameter.name] = parameter.column.valueAt(valueIndex)
  unrank(activeChildren(parameter, children, valueIndex), index - (before[valueIndex] ?? 0), out)
}

function rank(nodes: readonly TreeNode[], params: ParamValues): number {
  let index = 0
  for (const node of nodes) {
    const part = rankNode(node, params)
    if (part < 0) return -1
    index = index * node.count + part
  }
  return index
}

function rankNode({ parameter, children, before }: TreeNode, params: ParamValues): number {
  const value = params[parameter.name]
  const valueIndex = value === undefined ? -1 : parameter.column.indexOf(value)
  if (!(valueIndex >= 0)) return -1
  if (children.length === 0) return valueIndex
  const below = rank(activeChildren(parameter, children, valueIndex), params)
  return below < 0 ? -1 : (before[valueIndex] ?? 0) + below
}
