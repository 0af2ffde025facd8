import type { ParamValues } from '../space/search-space.ts'
import { ATTR } from '../study/study-parts.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { type CompleteTrial, fixedParams, isFinished, type TrialRecord } from '../trial/trial-record.ts'
import {
  type AblationGain,
  type AblationNode,
  type AblationStep,
  freshRuns,
  gainBetween,
  meanOf,
  pooledNoise,
} from './ablation-gain.ts'
import { type AblationVerdict, ablationVerdict } from './ablation-verdict.ts'
import { sameParams } from './default-trial.ts'
import { applyChange, type JointChange, jointChanges } from './joint-changes.ts'

/** Which changes, on the way from the default to the winner, earned how much. */
export interface Ablation {
  readonly goal: Goal
  /** Number of the winner's trial. */
  readonly winner: number
  readonly start: AblationNode
  /** From the default on; the last one ends at the winner. Empty where the winner is the default. */
  readonly steps: readonly AblationStep[]
  readonly total: AblationGain
  /** Standard deviation of a score from seed to seed; undefined where no configuration was trained twice. */
  readonly noise: number | undefined
  readonly verdict: AblationVerdict
}

/** What an ablation is worked out from; a `Study` is one. */
export interface AblationSource {
  readonly trials: readonly TrialRecord[]
  readonly goals: readonly Goal[]
  /** The default configuration by path. */
  readonly defaults: ParamValues | undefined
}

/** The trial whose way from the default was measured last; undefined where none was. */
export function ablatedTrial(trials: readonly TrialRecord[]): number | undefined {
  const number = trials.findLast((trial) => trial.systemAttrs[ATTR.ablates] !== undefined)?.systemAttrs[ATTR.ablates]
  return typeof number === 'number' ? number : undefined
}

/**
 * Reads the way from the default to a winner off the trials that are there: at each step the single change that helps most, by the first
 * run of each candidate. What a branch or a count brings moves with it.
 *
 * A step's value leaves out the run it was chosen by, where there are others, and so does the winner's: the best of several noisy scores
 * is a lucky one.
 * @param winner a trial's number; default: the one that `ablate` measured last
 * @returns undefined where nothing was ablated, no default is declared, or the study has several goals
 * Source: the path of C. Fawcett and H. Hoos, J. Heuristics 22 (2016), taken from the default on.
 */
export function ablation(source: AblationSource, winner = ablatedTrial(source.trials)): Ablation | undefined {
  const { trials, goals, defaults } = source
  const [goal] = goals
  const target = winner === undefined ? undefined : trials[winner]
  if (goals.length !== 1 || goal === undefined || defaults === undefined || target?.state !== 'complete')
    return undefined
  const way = ablationWay(trials, goal, defaults, target)
  const nodes = way.nodes.map((params, i) => freshRuns(way.runsOf(params), i > 0))
  const spread = isRepeatable(way) ? { noise: 0, freedom: 1 } : pooledNoise(nodes)
  const gainOf = (from: number, to: number) => gainBetween(nodes[from]!, nodes[to]!, goal, spread)
  const node = (i: number): AblationNode => ({
    params: way.nodes[i]!,
    value: meanOf(nodes[i]!),
    runs: nodes[i]!.length,
  })
  const steps = way.steps.map((changes, i) => ({ changes, node: node(i + 1), ...gainOf(i, i + 1) }))
  const last = nodes.length - 1
  const total = gainOf(0, last)
  const rests = steps.map((_, i) => gainOf(i + 1, last))
  return {
    goal,
    winner: target.number,
    start: node(0),
    steps,
    total,
    noise: spread?.noise,
    verdict: ablationVerdict(steps, total, rests),
  }
}

/** How far the way is known, and what must be trained to know more. */
export interface AblationWay {
  /** The default, each step's configuration, the winner. */
  readonly nodes: readonly ParamValues[]
  readonly steps: readonly (readonly JointChange[])[]
  /** Candidates of the next step; empty where every change has its place. */
  readonly candidates: readonly ParamValues[]
  readonly runsOf: (params: ParamValues) => readonly CompleteTrial[]
  readonly hasFailed: (params: ParamValues) => boolean
}

export function ablationWay(
  trials: readonly TrialRecord[],
  { direction }: Goal,
  defaults: ParamValues,
  winner: CompleteTrial,
): AblationWay {
  const runsOf = (params: ParamValues) =>
    trials.filter((trial) => trial.state === 'complete' && sameParams(trial.params, params)) as CompleteTrial[]
  const hasFailed = (params: ParamValues) =>
    trials.some((trial) => isFinished(trial) && trial.state !== 'complete' && isEndOf(trial, params))
  const firstLoss = (params: ParamValues): number | undefined => {
    const [first] = runsOf(params)
    if (first !== undefined) return lossOf(first.values[0] ?? Number.NaN, direction)
    return hasFailed(params) ? Number.POSITIVE_INFINITY : undefined
  }
  const nodes = [defaults]
  const steps: JointChange[][] = []
  let rest = jointChanges(defaults, winner.params)
  let candidates: readonly ParamValues[] = []
  while (rest.length > 1) {
    const here = nodes.at(-1)!
    const next = rest.map((change) => applyChange(here, change))
    const losses = next.map(firstLoss)
    if (losses.some((loss) => loss === undefined)) {
      candidates = next
      break
    }
    const best = losses.reduce<number>((least, loss, i) => (loss! < losses[least]! ? i : least), 0)
    nodes.push(next[best]!)
    steps.push([rest[best]!])
    rest = rest.filter((_, i) => i !== best)
  }
  if (rest.length > 0) {
    nodes.push(winner.params)
    steps.push([...rest])
  }
  return { nodes, steps, candidates, runsOf, hasFailed }
}

/** The trial failed, or was pruned, on an ablation's account; what a search prunes says little. */
const isEndOf = (trial: TrialRecord, params: ParamValues): boolean =>
  trial.systemAttrs[ATTR.ablates] !== undefined &&
  trial.systemAttrs[ATTR.stopped] === undefined &&
  sameParams(fixedParams(trial) ?? trial.params, params)

/** Three configurations that were trained twice or more, or all, scored the same each time: the objective does not depend on its seed. */
export function isRepeatable({ nodes, runsOf }: AblationWay): boolean {
  const repeated = nodes.map(runsOf).filter(({ length }) => length > 1)
  return (
    repeated.length >= Math.min(3, nodes.length) &&
    repeated.every(([first, ...others]) => others.every(({ values }) => values[0] === first?.values[0]))
  )
}
