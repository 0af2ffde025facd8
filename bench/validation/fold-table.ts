/** Scores of many configurations on the folds of one data set, every cell trained. */
export interface FoldTable {
  readonly name: string
  readonly metric: {
    readonly name: string
    readonly direction: 'maximize' | 'minimize'
    /** Null stands for an infinite end. */
    readonly range: readonly [low: number | null, high: number | null]
  }
  readonly examples: number
  readonly epochs: number
  /** By configuration, then by fold. */
  readonly scores: readonly (readonly number[])[]
}
