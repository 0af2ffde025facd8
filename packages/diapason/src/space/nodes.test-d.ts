// Checked by `tsc -p tsconfig.json`; nothing here runs.
import type { ParamValue } from './distribution.ts'
import { branch, choice, type Entries, float, type Infer, int, repeat } from './nodes.ts'
import { replaySpace, type SpaceFunction, type Suggest } from './suggest.ts'

/** True only where both are the same type, also under readonly, optional and unions. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function expectType<_T extends true>(): void

// Numbers.
const numbers = { lr: float(1e-5, 1, { log: true, default: 1e-3 }), drop: float(0, 1, { step: 0.1 }), units: int(1, 9) }
expectType<Equal<Infer<typeof numbers>, { lr: number; drop: number; units: number }>>()
// @ts-expect-error log and step exclude each other
float(1, 10, { log: true, step: 2 })
// @ts-expect-error log and step exclude each other
int(1, 10, { log: true, step: 2 })
// @ts-expect-error a default of a number is a number
float(0, 1, { default: '0.5' })
// @ts-expect-error both ends are needed
int(1)
// @ts-expect-error a misspelt option
float(0, 1, { defualt: 0.5 })
// A scale that is known only at run time takes part as long as there is no step.
declare const log: true | false
float(1, 10, log ? { log } : { step: 1 })

// Choices keep their literals, of every type.
const mixed = { c: choice(['relu', 1, true, null]) }
expectType<Equal<Infer<typeof mixed>, { c: 'relu' | 1 | true | null }>>()
const flags = { f: choice([true, false], { default: false }) }
expectType<Equal<Infer<typeof flags>, { f: boolean }>>()
declare const list: readonly string[]
const open = { c: choice(list, { default: 'anything' }) }
expectType<Equal<Infer<typeof open>, { c: string }>>()
// @ts-expect-error the default is one of the options
choice(['relu', 'tanh'], { default: 'elu' })
// @ts-expect-error also by type
choice([1, 2], { default: '1' })
// @ts-expect-error options are scalars
choice([{ units: 1 }])

// Branches are discriminated unions.
const optimizer = {
  optimizer: branch('kind', {
    adam: {},
    sgd: { momentum: float(0, 1), schedule: branch('type', { step: { every: int(1, 9) }, none: {} }) },
  }),
}
type Optimizer = Infer<typeof optimizer>['optimizer']
type Schedule = { type: 'step'; every: number } | { type: 'none' }
expectType<Equal<Optimizer, { kind: 'adam' } | { kind: 'sgd'; momentum: number; schedule: Schedule }>>()
export function narrows(params: Optimizer): number {
  // @ts-expect-error not every case has it
  params.momentum satisfies number
  return params.kind === 'sgd' ? params.momentum : 0
}
branch('kind', { adam: {}, sgd: {} }, { default: 'sgd' })
// @ts-expect-error the default is one of the labels
branch('kind', { adam: {}, sgd: {} }, { default: 'adagrad' })
// @ts-expect-error a case is an object of parameters
branch('kind', { adam: float(0, 1) })
// @ts-expect-error a case is an object of parameters
branch('kind', { adam: null })
// Labels are texts, also where they look like numbers.
const sizes = { size: branch('layers', { 1: {}, 2: { width: int(1, 9) } }, { default: '1' }) }
expectType<Equal<Infer<typeof sizes>, { size: { layers: '1' } | { layers: '2'; width: number } }>>()

// Repeats are arrays, nested ones too.
const network = {
  blocks: repeat(1, 3, { act: choice(['relu', 'tanh']), convs: repeat(1, 2, { filters: int(8, 64) }) }),
}
type Block = { act: 'relu' | 'tanh'; convs: { filters: number }[] }
expectType<Equal<Infer<typeof network>, { blocks: Block[] }>>()
// @ts-expect-error the default is a count
repeat(1, 3, {}, { default: [{}] })

// Spaces are objects of nodes.
const all = { ...numbers, ...optimizer, ...network } satisfies Entries
expectType<Equal<keyof Infer<typeof all>, 'lr' | 'drop' | 'units' | 'optimizer' | 'blocks'>>()
expectType<Equal<Infer<Record<never, never>>, Record<never, never>>>()
// @ts-expect-error a fixed value is no node
const fixed = { epochs: 10 } satisfies Entries
export type Fixed = typeof fixed
// A space that is known only at run time still has a type, and no depth without end.
export const dynamic = (params: Infer<Entries>): unknown => params.anything

// Define-by-run: the function's return type is what the objective receives.
const byRun = (s: Suggest) => ({
  lr: s.float('lr', 1e-5, 1, { log: true }),
  act: s.choice('act', ['relu', 'tanh', null], { default: null }),
  units: Array.from({ length: s.int('layers', 1, 3) }, (_, i) => s.int(`units ${i}`, 8, 64, { step: 8 })),
})
type ByRun = { lr: number; act: 'relu' | 'tanh' | null; units: number[] }
expectType<Equal<ReturnType<typeof byRun>, ByRun>>()
const replay = replaySpace(byRun, ({ column }): ParamValue => column.decode(0.5))
expectType<Equal<typeof replay.value, ByRun>>()
byRun satisfies SpaceFunction<ByRun>
export const misuse = (s: Suggest) => [
  // @ts-expect-error the default is one of the options
  s.choice('act', ['relu', 'tanh'], { default: 'elu' }),
  // @ts-expect-error log and step exclude each other
  s.int('units', 1, 9, { log: true, step: 2 }),
  // @ts-expect-error a name comes first
  s.float(0, 1),
]
