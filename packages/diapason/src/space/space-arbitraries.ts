import fc from 'fast-check'
import type { Distribution, ParamValue } from './distribution.ts'
import { branch, type Cases, choice, type Entries, float, int, repeat, type SpaceNode } from './nodes.ts'
import { isActive, type ParamValues, type SearchSpace } from './search-space.ts'

/** Random distributions and spaces for property tests; imported by tests only. */

/** Values that are easily taken for one another. */
export const scalars: fc.Arbitrary<ParamValue> = fc.oneof(
  fc.constantFrom<ParamValue>(
    null,
    true,
    false,
    0,
    1,
    '0',
    '1',
    'null',
    'true',
    '',
    'NaN',
    Number.NaN,
    Infinity,
    -Infinity,
  ),
  fc.double(),
  fc.string(),
)

const options = fc.uniqueArray(scalars, { minLength: 1, maxLength: 6, comparator: 'SameValueZero' })
const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const positive = fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true })
const integer = fc.oneof(fc.integer(), fc.integer({ min: -20, max: 20 }), fc.maxSafeInteger())

const sorted = (pair: readonly [number, number]) => [Math.min(...pair), Math.max(...pair)] as const

const continuous: fc.Arbitrary<Distribution> = fc
  .oneof(fc.tuple(finite, finite, fc.constant(false)), fc.tuple(positive, positive, fc.boolean()))
  .map(([a, b, log]) => ({ kind: 'float', low: Math.min(a, b), high: Math.max(a, b), log, step: null }))

/** Decimal fractions, as people write them: low and step in units of 10^-decimals. */
const stepped: fc.Arbitrary<Distribution> = fc
  .record({
    low: fc.integer({ min: -1000, max: 1000 }),
    width: fc.integer({ min: 0, max: 1_000_000 }),
    step: fc.integer({ min: 1, max: 5000 }),
    decimals: fc.integer({ min: 0, max: 12 }),
  })
  .map(({ low, width, step, decimals }) => {
    const number = (units: number) => Number(`${units}e-${decimals}`)
    return { kind: 'float', low: number(low), high: number(low + width), log: false, step: number(step) }
  })

const integers: fc.Arbitrary<Distribution> = fc
  .record({ ends: fc.tuple(integer, integer).map(sorted), step: fc.integer({ min: 1, max: 1000 }) })
  .filter(({ ends: [low, high] }) => high - low < 2 ** 53)
  .map(({ ends: [low, high], step }) => ({ kind: 'int', low, high, log: false, step }))

const logIntegers: fc.Arbitrary<Distribution> = fc
  .tuple(fc.integer({ min: 1, max: 10 ** 6 }), fc.integer({ min: 0, max: 10 ** 12 }))
  .map(([low, width]) => ({ kind: 'int', low, high: low + width, log: true, step: 1 }))

/** Distributions of every kind, before they are checked. */
export const distributions: fc.Arbitrary<Distribution> = fc.oneof(
  continuous,
  stepped,
  integers,
  logIntegers,
  options.map((choices): Distribution => ({ kind: 'categorical', choices })),
)

/** Names that objects inherit, that look like numbers, or that look like nothing. */
const names = fc.oneof(
  fc.constantFrom('a', 'b', 'lr', 'constructor', 'toString', 'hasOwnProperty', '0', '1', '10', ' ', 'é', 'kind'),
  fc.string({ minLength: 1, maxLength: 5 }).filter((name) => !name.includes('.')),
)

function leaf(node: Distribution): SpaceNode {
  switch (node.kind) {
    case 'categorical':
      return choice(node.choices)
    case 'float':
      return node.step === null
        ? float(node.low, node.high, { log: node.log as true })
        : float(node.low, node.high, { step: node.step })
    case 'int':
      return node.log ? int(node.low, node.high, { log: true }) : int(node.low, node.high, { step: node.step })
    default:
      throw node satisfies never
  }
}

function entriesOf(leaves: fc.Arbitrary<SpaceNode>, depth: number): fc.Arbitrary<Entries> {
  const nodes =
    depth === 0 ? leaves : fc.oneof({ weight: 3, arbitrary: leaves }, branches(leaves, depth), repeats(leaves, depth))
  return fc.dictionary(names, nodes, { maxKeys: 3 })
}

function branches(leaves: fc.Arbitrary<SpaceNode>, depth: number): fc.Arbitrary<SpaceNode> {
  const cases: fc.Arbitrary<Cases> = fc.dictionary(names, entriesOf(leaves, depth - 1), { minKeys: 1, maxKeys: 3 })
  return cases.map((parts) => branch('branch key', parts))
}

function repeats(leaves: fc.Arbitrary<SpaceNode>, depth: number): fc.Arbitrary<SpaceNode> {
  return fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }), entriesOf(leaves, depth - 1))
    .map(([min, more, entries]) => repeat(min, min + more, entries))
}

/** Declared spaces of all nodes, up to two levels deep. */
export const spaces: fc.Arbitrary<Entries> = entriesOf(distributions.map(leaf), 2)

/** Spaces that are small enough to count one by one. */
export const smallSpaces: fc.Arbitrary<Entries> = entriesOf(
  fc.oneof(
    fc.integer({ min: 1, max: 3 }).map((high) => int(1, high)),
    fc.integer({ min: 1, max: 3 }).map((high) => int(1, high, { log: true })),
    fc.integer({ min: 0, max: 2 }).map((steps) => float(0, steps / 10, { step: 0.1 })),
    fc.constantFrom(choice([null]), choice([1, '1']), choice([true, Number.NaN, 'x'])),
  ),
  2,
)

/** A point of the space for each sequence of positions in [0, 1). */
export function pointOf(space: SearchSpace, positions: readonly number[]): ParamValues {
  const params: { [path: string]: ParamValue } = {}
  for (const [i, parameter] of space.parameters.entries()) {
    if (!isActive(parameter, params)) continue
    params[parameter.name] = parameter.column.decode(positions[i % positions.length] ?? 0.5)
  }
  return params
}

export const positions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
