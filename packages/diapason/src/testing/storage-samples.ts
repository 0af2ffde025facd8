import type { Distribution } from '../space/distribution.ts'
import type { NewTrial } from '../storage/storage.ts'

/** Doubles that a careless storage changes; every one is legal as a parameter, a value, a report and in attributes. */
export const AWKWARD_NUMBERS: readonly number[] = [
  0,
  Math.PI,
  0.1 + 0.2,
  1 / 3,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2 ** 53 + 2,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
]

/** Texts that a careless storage changes. */
export const AWKWARD_TEXTS: readonly string[] = [
  '',
  ' ',
  'zoë ✓',
  '学習率',
  '👩‍🔬 🎼',
  `it's "quoted" \\ and\nbroken\ttwice; DROP TABLE trials; --`,
  '%_?$1:name',
  'NaN',
  'x'.repeat(10_000),
]

/** One distribution of every kind. */
export const EVERY_KIND: { readonly [name: string]: Distribution } = {
  float: { kind: 'float', low: 0, high: 1, log: false, step: null },
  floatLog: { kind: 'float', low: 1e-5, high: 0.1, log: true, step: null },
  floatStep: { kind: 'float', low: 0, high: 1, log: false, step: 0.25 },
  int: { kind: 'int', low: -3, high: 10, log: false, step: 1 },
  intLog: { kind: 'int', low: 1, high: 1024, log: true, step: 1 },
  intStep: { kind: 'int', low: 0, high: 100, log: false, step: 10 },
  choice: { kind: 'categorical', choices: [null, true, 1.5, 3, 'x', '3', false, '', Number.NaN] },
  'optimizer.sgd.ünïcode 🎛': { kind: 'categorical', choices: ['relu', 'élu', '学習'] },
}

/** A value for each of {@link EVERY_KIND}, in another order. */
export const EVERY_VALUE = {
  intLog: 128,
  'optimizer.sgd.ünïcode 🎛': 'élu',
  floatLog: 3e-4,
  float: 0.30000000000000004,
  choice: '3',
  int: -3,
  intStep: 30,
  floatStep: 0.75,
} as const

/** The real numbers, for parameters that are about their bits. */
export const REAL: Distribution = { kind: 'float', low: -1, high: 1, log: false, step: null }

/** A template for a trial in every state. */
export const EVERY_STATE: readonly NewTrial[] = [
  { state: 'waiting' },
  { state: 'running' },
  { state: 'complete', values: [0.5] },
  { state: 'pruned', values: [] },
  { state: 'failed', reason: 'out of memory' },
]
