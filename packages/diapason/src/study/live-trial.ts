import { OptionError, TrialPruned } from '../errors.ts'
import type { Decision } from '../pruners/pruner.ts'
import type { ParamValues } from '../space/search-space.ts'
import type { Checkpoint } from '../storage/storage.ts'
import type { Attributes } from '../trial/trial-record.ts'

/** The state of a training, for a checkpoint: whatever the structured clone algorithm takes. */
export type TrainingState = () => unknown

/** A trial that is being run: what an objective gets beside its parameters, and what `ask` returns. */
export interface LiveTrial<P> {
  readonly number: number
  /** Parameters as the space declares them: branches as objects, repeats as arrays. */
  readonly params: P
  /** The same values by path, as they are stored. */
  readonly values: ParamValues
  /** How far to train at most: the fidelity's max, or Infinity where the study declares none. */
  readonly budget: number
  /** A seed of this trial's own in [0, 2^32), from the study's seed and the number: train with it to make a run repeatable. */
  readonly seed: number
  /** What was kept with it before it began: by whoever queued it, or by the interrupted trial that it repeats. */
  readonly attrs: Attributes
  /** Aborts when the trial should end early: pruned, timed out, or the study stopped. */
  readonly signal: AbortSignal
  /**
   * Stores an intermediate value and asks the pruner.
   * @param step  whole number ≥ 0, such as the epoch; the first value of a step counts
   * @param value any number; NaN and ±Infinity are stored as they are
   * @param state asked for where the trial is paused at this step, and kept for {@link checkpoint}: weights, optimiser state and all
   *   else that the training needs to go on (default: nothing, so that a promoted trial is trained anew)
   * @throws {TrialPruned} where the trial should stop, for good or until it is promoted; let it pass
   */
  report(step: number, value: number, state?: TrainingState): Promise<void>
  /** Like {@link report}, but returns the decision instead of throwing. */
  tryReport(step: number, value: number, state?: TrainingState): Promise<Decision>
  /**
   * What to go on from, where this trial continues a paused one: its step and state. Undefined: train from the beginning.
   */
  checkpoint(): Promise<Checkpoint | undefined>
  /** Keeps JSON data with the trial. */
  setAttr(key: string, value: unknown): Promise<void>
  /**
   * Says how a constraint on the outcome came out. A trial that breaks one is never the best, and samplers learn to keep them.
   * @param name   such as `'latency'`; told twice, the last one counts
   * @param excess how far beyond its limit: kept where at most 0; the further above, the worse
   * @throws {OptionError} where it is no number
   * @example await trial.constrain('latency', milliseconds - 5)
   */
  constrain(name: string, excess: number): Promise<void>
}

/** What a live trial needs from its study. */
export interface TrialPort {
  /** A trial that is paused has its state kept by the time this settles. */
  report(step: number, value: number, state: TrainingState | undefined): Promise<Decision>
  checkpoint(): Promise<Checkpoint | undefined>
  setAttr(key: string, value: unknown): Promise<void>
  constrain(name: string, excess: number): Promise<void>
  /** Throws where the study has stopped the trial. */
  readonly controller: AbortController
}

const ENDS = { prune: 'Pruned', pause: 'Paused' } as const

/** The trial that objectives see, on top of its study's port. */
export function createLiveTrial<P>(
  facts: Pick<LiveTrial<P>, 'number' | 'params' | 'values' | 'budget' | 'seed' | 'attrs'>,
  port: TrialPort,
): LiveTrial<P> {
  const { signal } = port.controller
  async function tryReport(step: number, value: number, state?: TrainingState): Promise<Decision> {
    signal.throwIfAborted()
    if (!Number.isInteger(step) || step < 0) {
      throw new OptionError(
        `report of step ${step} in trial ${facts.number}`,
        'Steps are whole numbers from 0 on, such as epochs',
      )
    }
    if (typeof value !== 'number') {
      throw new OptionError(
        `report of ${JSON.stringify(value)} at step ${step} in trial ${facts.number}`,
        'Report a number',
      )
    }
    const decision = await port.report(step, value, state)
    if (decision.action !== 'continue')
      port.controller.abort(new TrialPruned(`${ENDS[decision.action]} ${decision.reason}`))
    return decision
  }
  return {
    ...facts,
    signal,
    tryReport,
    async report(step, value, state) {
      const decision = await tryReport(step, value, state)
      if (decision.action !== 'continue') throw signal.reason
      // The study may have been stopped while the report was stored.
      signal.throwIfAborted()
    },
    checkpoint: () => port.checkpoint(),
    setAttr: (key, value) => port.setAttr(key, value),
    async constrain(name, excess) {
      if (typeof excess === 'number' && !Number.isNaN(excess)) return port.constrain(name, excess)
      const problem = `constraint "${name}" of trial ${facts.number} came out as ${String(excess)}`
      throw new OptionError(problem, 'Give a number: at most 0 where it is kept')
    },
  }
}
