/** User attribute of a cross-validated trial: its scores by fold, as far as they are known. */
export const FOLD_SCORES = 'foldScores'
/** User attribute of a complete cross-validated trial: the corrected standard error of its mean, see `summarizeFolds`. */
export const STANDARD_ERROR = 'standardError'

/** What a fold returned: a number, or one a goal. */
export type FoldScore = number | { readonly [goal: string]: number }

/** The score of one goal, by default the first that the fold names. */
export function scoreOf(score: FoldScore, goal?: string): number {
  if (typeof score === 'number') return score
  return (goal === undefined ? Object.values(score)[0] : score[goal]) ?? Number.NaN
}

/** The mean over folds, goal by goal. */
export function meanScore(scores: readonly FoldScore[]): FoldScore {
  const meanOf = (goal?: string) => scores.reduce<number>((sum, score) => sum + scoreOf(score, goal), 0) / scores.length
  const [first] = scores
  if (typeof first !== 'object') return meanOf()
  return Object.fromEntries(Object.keys(first).map((goal) => [goal, meanOf(goal)]))
}

/** The scores that an earlier attempt left behind; whatever does not look like them is not used. */
export function storedScores(stored: unknown, folds: number): Map<number, FoldScore> {
  const scores = new Map<number, FoldScore>()
  if (typeof stored !== 'object' || stored === null) return scores
  for (const [key, score] of Object.entries(stored)) {
    const index = Number(key)
    const isNumber = typeof score === 'number' && !Number.isNaN(score)
    const isRecord = typeof score === 'object' && score !== null && Object.values(score).every(Number.isFinite)
    if (Number.isInteger(index) && index >= 0 && index < folds && (isNumber || isRecord)) scores.set(index, score)
  }
  return scores
}
