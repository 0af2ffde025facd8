/** The steps of the storage that a worker takes. */
export type StepKind = 'claim' | 'params' | 'report' | 'finish' | 'heartbeat' | 'stale' | 'read'

/** What one step costs, measured on a PostgreSQL that nobody else asked. */
export interface StepCost {
  /** Processor milliseconds of the database. */
  readonly cpuMs: number
  /** What the worker waits for an answer, milliseconds. */
  readonly waitMs: number
  /** Statements that the database counts, `begin` and `commit` among them. */
  readonly statements: number
}

/** What each further row costs: milliseconds a running trial, and a report of one. */
export interface RowCost {
  readonly perTrialMs: number
  readonly perReportMs: number
}

/** Rows and bytes that a finished trial leaves behind. */
export interface Footprint {
  readonly reports: number
  readonly heartbeats: number
  readonly rows: number
  /** Tables with their indexes. */
  readonly bytes: number
  /** Write-ahead log, which replicas and backups carry. */
  readonly logBytes: number
}

/** The measured inputs of the simulation. */
export interface Costs {
  readonly machine: string
  readonly measuredOn: string
  readonly loadBefore: number
  /** `read` and `stale` of a study in which nothing runs. */
  readonly steps: { readonly [K in StepKind]: StepCost }
  /** A read's further cost: the database's processor, and the worker's, which builds records of the answer. */
  readonly read: { readonly database: RowCost; readonly worker: RowCost }
  /** What asking for silent trials costs more for each trial that runs, milliseconds. */
  readonly stalePerTrialMs: number
  /** Milliseconds between two claims when sixteen connections claim as fast as they can. */
  readonly claimEveryMs: number
  readonly footprints: readonly Footprint[]
}
