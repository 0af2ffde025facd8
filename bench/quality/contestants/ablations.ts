import { ashaPruner, noPruner } from '../../../packages/diapason/src/index.ts'
import { GP_PARTS, type GpParts, gpSamplerOf } from '../../../packages/diapason/src/samplers/gp.ts'
import type { Contestant } from './contestant.ts'
import { versionOf } from './ours.ts'
import { startSearch } from './study-search.ts'

/** What is left out, and what is then done instead. */
export interface Ablation {
  readonly id: string
  readonly label: string
  readonly without: Partial<GpParts>
  /** On curves with stopping rather than on whole evaluations. */
  readonly onCurves?: boolean
  /** Suggestions asked for together; none of them is told before all are evaluated. */
  readonly batch?: number
  /** The id of what it is compared with. */
  readonly against: string
}

const WHOLE = 'ablation-none'
const BATCHES = 'ablation-none-batches'
const CURVES = 'ablation-none-curves'

/** The model that `auto` asks up to 300 trials, whole and with one part left out. */
export const ABLATIONS: readonly Ablation[] = [
  { id: WHOLE, label: 'nothing left out', without: {}, against: WHOLE },
  {
    id: 'ablation-warping',
    label: 'no output warping: losses as they are',
    without: { views: ['plain'] },
    against: WHOLE,
  },
  {
    id: 'ablation-ranks',
    label: 'no second view: bounded values only',
    without: { views: ['values'] },
    against: WHOLE,
  },
  { id: 'ablation-values', label: 'no second view: ranks only', without: { views: ['ranks'] }, against: WHOLE },
  {
    id: 'ablation-fit',
    label: 'no fitted length scales and noise: the priors’ mode',
    without: { isFitted: false },
    against: WHOLE,
  },
  { id: 'ablation-sobol', label: 'no Sobol start: uniform points', without: { start: 'random' }, against: WHOLE },
  { id: 'ablation-incumbents', label: 'no search around the best points', without: { incumbents: 0 }, against: WHOLE },
  { id: 'ablation-climbs', label: 'no climbing: the best of the points drawn', without: { climbs: 0 }, against: WHOLE },
  {
    id: 'ablation-elsewhere',
    label: 'no look elsewhere once hardly anything is left to gain',
    without: { looksElsewhere: false },
    against: WHOLE,
  },
  {
    id: 'ablation-averaged',
    label: 'averaged over eight draws of length scales, noise and amplitude, not the most probable',
    without: { draws: 8 },
    against: WHOLE,
  },
  { id: BATCHES, label: 'nothing left out, eight at a time', without: {}, batch: 8, against: BATCHES },
  {
    id: 'ablation-pending',
    label: 'no pending points, eight at a time',
    without: { knowsPending: false },
    batch: 8,
    against: BATCHES,
  },
  { id: CURVES, label: 'nothing left out, with stopping', without: {}, onCurves: true, against: CURVES },
  {
    id: 'ablation-pruned',
    label: 'no learning from pruned trials',
    without: { learnsFromPruned: false },
    onCurves: true,
    against: CURVES,
  },
]

/** Contestants of the ablation table; they take part only where they are named. */
export function ablationContestants(): Contestant[] {
  return ABLATIONS.map(
    ({ id, label, without, onCurves = false, batch = 1 }): Contestant => ({
      id,
      label,
      family: 'ablation',
      version: versionOf('gp', onCurves ? 'asha' : undefined),
      evaluationsAStep: 1,
      mostEvaluations: onCurves ? 10 : 100,
      slow: false,
      runsOn: onCurves ? 'curves' : 'whole',
      start: (request) =>
        startSearch(request, {
          sampler: gpSamplerOf({ ...GP_PARTS, ...without }),
          pruner: onCurves ? ashaPruner() : noPruner(),
          batch,
        }),
    }),
  )
}
