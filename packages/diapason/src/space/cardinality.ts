import type { Entries, SpaceNode } from './nodes.ts'
import { parameterOf } from './search-space.ts'

/**
 * How many different configurations a declared space holds; Infinity where a number has no steps.
 * @example cardinality({ layers: int(1, 3), activation: choice(['relu', 'tanh']) }) // 6
 */
export function cardinality(entries: Entries): number {
  return Object.entries(entries).reduce((product, [name, node]) => product * nodeCardinality(name, node), 1)
}

function nodeCardinality(name: string, node: SpaceNode): number {
  switch (node.kind) {
    case 'choice':
      return node.options.length
    case 'float':
    case 'int':
      return parameterOf(name, { ...node, kind: node.kind } as Parameters<typeof parameterOf>[1]).column.size
    case 'branch':
      return Object.values(node.cases).reduce((sum, entries) => sum + cardinality(entries), 0)
    case 'repeat': {
      const each = cardinality(node.entries)
      let sum = 0
      for (let count = node.min; count <= node.max; count++) sum += each ** count
      return sum
    }
    default:
      throw node satisfies never
  }
}
