import type { ColumnNote } from './inspect-columns.ts'

/** What happens while a table is fitted. Times are in milliseconds since 1970, Infinity where there is no limit. */
export type FitEvent =
  | {
      /** Columns were looked at. */
      readonly type: 'data'
      readonly rows: number
      readonly target: string
      readonly classes: readonly string[] | undefined
      readonly metric: string
      readonly columns: readonly ColumnNote[]
      readonly remarks: readonly string[]
    }
  /** 'confirm': the best are trained again; 'final': the networks that are kept. */
  | {
      readonly type: 'stage'
      readonly stage: 'search' | 'confirm' | 'final'
      readonly until: number
      readonly end: number
    }
  /** A configuration has ended; `score` where it was trained on all folds. */
  | {
      readonly type: 'trial'
      readonly number: number
      readonly state: 'complete' | 'pruned' | 'failed'
      readonly score: number | undefined
      readonly isBest: boolean
      readonly reason: string | undefined
    }
