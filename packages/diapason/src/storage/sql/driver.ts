import type { SqlDialect } from './dialect.ts'
import type { Statement } from './statement.ts'

/** What the storage needs of a database. Everything runs in a transaction. */
export interface SqlDriver {
  /** As a person would write it, passwords masked. */
  readonly url: string
  readonly dialect: SqlDialect
  /**
   * Runs `work` whole or not at all, and waits for other writers where it must. Errors thrown by `work` undo it.
   * `work` may run again after another writer came between, so it must not change anything outside before it returns.
   * @param isDone for a write that does harm when it happens twice: asked where the database crashed with the commit under
   *   way and cannot tell what became of it; looks whether what `work` returned is there
   * @throws {StorageError} where the database fails
   */
  transaction<T>(
    mode: 'read' | 'write',
    work: (session: Session) => Promise<T>,
    isDone?: (session: Session, result: T) => Promise<boolean>,
  ): Promise<T>
  close(): Promise<void>
}

/** A transaction that is open. */
export interface Session {
  all<Args, Row>(statement: Statement<Args, Row>, ...rows: readonly Args[]): Promise<readonly Row[]>
  /** @returns how many rows changed */
  run<Args>(statement: Statement<Args, unknown>, ...rows: readonly Args[]): Promise<number>
  /** Runs SQL without values or result, such as DDL. */
  exec(sql: string): Promise<void>
  /**
   * A number that changes whenever another connection has written; undefined where the database has none.
   * What this connection writes does not change it.
   */
  foreignWrites(): number | undefined
}

// Few sizes, so that few statements are compiled and kept.
const LARGEST_LIST = 256
const LARGEST_INSERT = 32

/** Inserts rows, many at a time. @returns how many were inserted */
export async function insertRows<Args>(
  session: Session,
  statements: (count: number) => Statement<Args, unknown>,
  rows: readonly Args[],
): Promise<number> {
  let inserted = 0
  for (let i = 0; i < rows.length; i += LARGEST_INSERT) {
    const part = rows.slice(i, i + LARGEST_INSERT)
    inserted += await session.run(statements(part.length), ...part)
  }
  return inserted
}

/** Runs a query with `IN (ids)`, in parts; the order within a part is the query's. */
export async function selectByIds<Row>(
  session: Session,
  statements: (count: number) => Statement<{ readonly id: number }, Row>,
  ids: readonly number[],
): Promise<Row[]> {
  const found: Row[] = []
  for (let i = 0; i < ids.length; i += LARGEST_LIST) {
    const part = ids.slice(i, i + LARGEST_LIST).map((id) => ({ id }))
    // Filled up with its last id to a power of two: nine sizes in all.
    const last = part[part.length - 1]
    while (last !== undefined && (part.length & (part.length - 1)) !== 0) part.push(last)
    for (const row of await session.all(statements(part.length), ...part)) found.push(row)
  }
  return found
}
