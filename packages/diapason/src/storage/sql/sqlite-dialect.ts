import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import type { SqlDialect } from './dialect.ts'
import type { Tables } from './tables.ts'

/** SQLite: one writer at a time, times and enumerations are text. */
export function sqliteDialect(): SqlDialect {
  return {
    builder: new Kysely<Tables>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new SqliteIntrospector(db),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    }),
    locksRows: false,
    // SQLite's clock has milliseconds; Optuna wants six digits.
    now: sql`strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'`,
    ageMs: (column) => sql`(julianday('now') - julianday(${sql.ref(column)})) * 86400000`,
    types: {
      key: sql`INTEGER`,
      double: sql`FLOAT`,
      time: sql`DATETIME`,
      step: sql`INTEGER`,
      direction: sql`VARCHAR(8)`,
      state: sql`VARCHAR(8)`,
      valueType: sql`VARCHAR(7)`,
      reportType: sql`VARCHAR(7)`,
    },
    typeDefinitions: [],
  }
}
