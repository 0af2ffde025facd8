import { expect, test } from 'vitest'
import { batchNorm, conv2d, defineNetwork, dense, globalPool, residual } from '../index.ts'
import { gradientGraph } from './gradient-graph.ts'
import { createGraph, nameOf, unite } from './graph.ts'

const written = (layers: Parameters<typeof defineNetwork>[0]['layers']): string =>
  new TextDecoder().decode(gradientGraph(defineNetwork({ inputs: [1, 8, 8], layers }), 'crossEntropy').write())

test('sizes that a residual connection makes equal have one name in the file', () => {
  const block = residual([batchNorm(), conv2d(4, 3, { padding: 'same' })])
  const file = written([conv2d(4, 3), block, block, globalPool(), dense(3)])
  expect(file).toContain('0.filters')
  expect(file).not.toContain('body.1.filters')
})

test('names of sizes unite in any order, and a number beats them', () => {
  const graph = createGraph()
  unite(graph, 'a', 'b')
  unite(graph, 'c', 'a')
  unite(graph, 'b', 'c')
  expect(nameOf(graph, 'a')).toBe(nameOf(graph, 'c'))
  unite(graph, 7, 'a')
  expect(['a', 'b', 'c'].map((size) => nameOf(graph, size))).toEqual([7, 7, 7])
  expect(nameOf(graph, 'd')).toBe('d')
})
