import type { Compilable } from 'kysely'

/** Stands for a value while a statement is compiled. */
class Slot {
  readonly row: number
  readonly name: string | symbol

  constructor(row: number, name: string | symbol) {
    this.row = row
    this.name = name
  }
}

declare const ROW: unique symbol

/** A query compiled once and run many times with other values. */
export interface Statement<Args, Row> {
  readonly sql: string
  /** The values in the order of the query's placeholders. */
  bind(rows: readonly Args[]): unknown[]
  readonly [ROW]?: Row
}

/** Compiles a query whose values come later: `arg.name` stands for them. */
export function statement<Args, Row>(build: (arg: Args) => Compilable<Row>): Statement<Args, Row> {
  return compile([slots<Args>(0)], (args) => build(args[0] as Args))
}

/**
 * A query over a list, such as an insert of many rows or an IN.
 * @returns gives the statement for so many rows; each is compiled once
 */
export function listStatement<Args, Row>(
  build: (args: readonly Args[]) => Compilable<Row>,
): (count: number) => Statement<Args, Row> {
  const compiled = new Map<number, Statement<Args, Row>>()
  return (count) => {
    let found = compiled.get(count)
    if (found === undefined) {
      found = compile(
        Array.from({ length: count }, (_, row) => slots<Args>(row)),
        build,
      )
      compiled.set(count, found)
    }
    return found
  }
}

function compile<Args, Row>(
  args: readonly Args[],
  build: (args: readonly Args[]) => Compilable<Row>,
): Statement<Args, Row> {
  const { sql, parameters } = build(args).compile()
  return {
    sql,
    bind: (rows) =>
      parameters.map((value) => (value instanceof Slot ? rows[value.row]?.[value.name as keyof Args] : value)),
  }
}

// The cast is the point: to the query builder a slot is a value of the type that will take its place.
function slots<Args>(row: number): Args {
  return new Proxy({}, { get: (_, name) => new Slot(row, name) }) as Args
}
