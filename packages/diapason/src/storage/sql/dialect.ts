import type { Kysely, RawBuilder } from 'kysely'
import type { Tables } from './tables.ts'

/** Where databases differ. */
export interface SqlDialect {
  /** Builds and compiles queries; runs none. */
  readonly builder: Kysely<Tables>
  /** Writers run side by side, so that a row must be locked before it decides over a write. */
  readonly locksRows: boolean
  /** The database's clock, as heartbeats keep it. */
  readonly now: RawBuilder<string>
  /** Milliseconds from a heartbeat to the database's clock. */
  ageMs(column: string): RawBuilder<number>
  /** How columns are declared in Optuna's tables. */
  readonly types: ColumnTypes
  /** What must be run before tables can be created with these types. */
  readonly typeDefinitions: readonly string[]
}

/** The types of Optuna's columns. */
export interface ColumnTypes {
  readonly key: RawBuilder<unknown>
  readonly double: RawBuilder<unknown>
  readonly time: RawBuilder<unknown>
  readonly step: RawBuilder<unknown>
  readonly direction: RawBuilder<unknown>
  readonly state: RawBuilder<unknown>
  readonly valueType: RawBuilder<unknown>
  readonly reportType: RawBuilder<unknown>
}
