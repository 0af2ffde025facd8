import { apply, constant, integer, type Operation, type Value } from '../graph.ts'
import { multiply } from './arithmetic.ts'

const INT64 = 7
const ToInteger: Operation = { type: 'Cast', shape: ([x]) => x!.shape, elementType: 'int64' }
const ScatterND: Operation = { type: 'ScatterND', shape: ([zeros]) => zeros!.shape }

/** Columns `columns` of x [batch, width]. Not differentiable: only data are chosen from. */
export function chooseColumns(x: Value, columns: readonly number[]): Value {
  const Gather: Operation = { type: 'Gather', shape: () => [x.shape[0]!, columns.length] }
  return apply(Gather, [x, constant(x.graph, columns, [columns.length], 'int64')], { axis: integer(1) })
}

/** The rows of table [categories, size] that column `column` of x [batch, width] asks for: [batch, size]. */
export function lookUp(table: Value, x: Value, column: number): Value {
  const indices = apply(ToInteger, [chooseColumns(x, [column])], { to: integer(INT64) })
  const batch = x.shape[0]!
  const GatherND: Operation = {
    type: 'GatherND',
    shape: () => [batch, table.shape[1]!],
    gradient: ({ upstream }) => [
      () => apply(ScatterND, [multiply(table, 0), indices, upstream], { reduction: { kind: 'string', value: 'add' } }),
      undefined,
    ],
  }
  return apply(GatherND, [table, indices])
}
