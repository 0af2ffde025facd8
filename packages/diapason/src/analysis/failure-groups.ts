import type { TrialRecord } from '../trial/trial-record.ts'

/** Trials that failed for what looks like the same reason. */
export interface FailureGroup {
  /** One line, as the latest of them has it. */
  readonly reason: string
  readonly count: number
  /** The number of the latest. */
  readonly latest: number
}

const LONGEST_REASON = 200

/** Failed trials by reason, numbers in it aside, the most frequent first. @param most how many groups, default 5 */
export function failureGroups(trials: readonly TrialRecord[], most = 5): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>()
  for (const trial of trials) {
    if (trial.state !== 'failed') continue
    const reason = tellingLine(trial.reason)
    const key = reason.replaceAll(/\d+/g, '#')
    groups.set(key, { reason, count: (groups.get(key)?.count ?? 0) + 1, latest: trial.number })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || b.latest - a.latest).slice(0, most)
}

/** The first line; of a Python traceback the last one, which names the error. */
function tellingLine(reason: string): string {
  const lines = reason.split('\n').filter((line) => line.trim() !== '')
  const line = (/^Traceback/.test(lines[0] ?? '') ? lines.at(-1) : lines[0]) ?? ''
  return line.trim().slice(0, LONGEST_REASON)
}
