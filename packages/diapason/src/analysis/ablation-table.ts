import { numberText } from '../text/numbers.ts'
import { valueText } from '../text/param-text.ts'
import type { Ablation } from './ablation.ts'
import type { AblationGain } from './ablation-gain.ts'
import type { JointChange } from './joint-changes.ts'

/** The way from the default to the winner as rows of text: what changed, what it earned, where the gain may lie. */
export function ablationRows({
  steps,
  total,
}: Ablation): readonly (readonly [what: string, gain: string, interval: string])[] {
  const rows = steps.map(({ changes, ...gain }) => [changes.map(changeText).join(', '), ...gainTexts(gain)] as const)
  return steps.length > 1 ? [...rows, ['all together', ...gainTexts(total)]] : rows
}

function changeText({ path, from, to, parts }: JointChange): string {
  const change = `${path} ${from === undefined ? '–' : valueText(from)} → ${to === undefined ? '–' : valueText(to)}`
  return parts.length === 1 ? change : `${change} with what it brings`
}

function gainTexts({ gain, interval }: AblationGain): readonly [string, string] {
  if (gain === undefined) return ['not measured', '']
  const isExact = interval !== undefined && interval[0] === interval[1]
  return [signed(gain), isExact ? 'the same each time' : (interval?.map(signed).join(' to ') ?? '')]
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${numberText(value, 3)}`.replace(/^-/, '−')
