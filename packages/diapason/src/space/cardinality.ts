import type { Entries, SpaceNode } from './nodes.ts'
import { compileSpace, type SearchSpace } from './search-space.ts'

/**
 * How many different configurations a declared space holds; Infinity where a number has no steps. Exact up to 2^53.
 * @throws {SpaceError} where the space is wrong
 * @example cardinality({ layers: int(1, 3), activation: choice(['relu', 'tanh']) }) // 6
 */
export function cardinality(entries: Entries): number {
  return entriesCardinality(compileSpace(entries), entries, '')
}

function entriesCardinality(space: SearchSpace, entries: Entries, prefix: string): number {
  return Object.entries(entries).reduce((size, [name, node]) => size * nodeCardinality(space, node, prefix + name), 1)
}

function nodeCardinality(space: SearchSpace, node: SpaceNode, path: string): number {
  switch (node.kind) {
    case 'choice':
    case 'float':
    case 'int':
      return space.byName.get(path)?.column.size ?? 0
    case 'branch': {
      const sizes = Object.entries(node.cases).map(([label, part]) =>
        entriesCardinality(space, part, `${path}.${label}.`),
      )
      return sizes.reduce((sum, size) => sum + size, 0)
    }
    case 'repeat': {
      // All copies are alike; without any, the first has no parameters either.
      const each = node.max === 0 ? 1 : entriesCardinality(space, node.entries, `${path}.0.`)
      let sum = 0
      for (let count = node.min; count <= node.max; count++) sum += each ** count
      return sum
    }
    default:
      throw node satisfies never
  }
}
