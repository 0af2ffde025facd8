import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import type { SqlDialect } from './dialect.ts'
import type { Tables } from './tables.ts'

/** PostgreSQL: many writers side by side, times and enumerations are types of their own. */
export function postgresDialect(): SqlDialect {
  return {
    builder: new Kysely<Tables>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    }),
    locksRows: true,
    // Optuna writes heartbeats in the session's time zone, without saying which; read back in it, a change to summer time
    // makes nobody look dead.
    now: sql`clock_timestamp()::timestamp`,
    ageMs: (column) => sql`extract(epoch from clock_timestamp() - ${sql.ref(column)}::timestamptz) * 1000`,
    types: {
      key: sql`serial`,
      double: sql`double precision`,
      time: sql`timestamp without time zone`,
      // Optuna has `integer`, and refuses steps beyond 2^31; it reads these as well.
      step: sql`bigint`,
      direction: sql`studydirection`,
      state: sql`trialstate`,
      valueType: sql`trialvaluetype`,
      reportType: sql`trialintermediatevaluetype`,
    },
    typeDefinitions: [
      `create type studydirection as enum ('NOT_SET', 'MINIMIZE', 'MAXIMIZE')`,
      `create type trialstate as enum ('RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING')`,
      `create type trialvaluetype as enum ('FINITE', 'INF_POS', 'INF_NEG')`,
      `create type trialintermediatevaluetype as enum ('FINITE', 'INF_POS', 'INF_NEG', 'NAN')`,
    ],
  }
}
