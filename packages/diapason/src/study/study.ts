import { StudyError } from '../errors.ts'
import type { Pruner } from '../pruners/pruner.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { sameValue } from '../space/distribution.ts'
import type { Entries } from '../space/nodes.ts'
import type { NestedParams } from '../space/params-tree.ts'
import type { ParamValues, SearchSpace } from '../space/search-space.ts'
import type { NewTrial, Storage } from '../storage/storage.ts'
import type { Fidelity, Goal } from '../trial/history.ts'
import { paretoFront } from '../trial/ranking.ts'
import {
  type Attributes,
  type CompleteTrial,
  FIXED_PARAMS,
  type FinishedTrial,
  fixedParams,
  type TrialRecord,
} from '../trial/trial-record.ts'
import type { Listener, StudyEvents } from './events.ts'
import { type Goals, type GoalValues, type ObjectiveResult, parseResult } from './goals.ts'
import type { LiveTrial } from './live-trial.ts'
import { type Objective, type OptimizeResult, optimize } from './optimize.ts'
import { prunedValues } from './outcomes.ts'
import { recoverLostTrials } from './recovery.ts'
import type { OptimizeOptions } from './run-limits.ts'
import { StudyCore, type TrialRef } from './study-core.ts'
import type { StudyParts } from './study-parts.ts'

/** A complete trial as its study's code sees it. */
export interface BestTrial<P, G extends Goals> {
  readonly number: number
  readonly params: P
  readonly values: GoalValues<G>
  /** As it is stored: parameters by path, reports, attributes, times. */
  readonly record: CompleteTrial
}

/**
 * Trials of one search space against one or several goals. Made by `createStudy`.
 *
 * What other processes add to the same storage is taken in before each suggestion, at each report and by {@link refresh}.
 */
export class Study<P, G extends Goals> {
  readonly name: string
  readonly goals: readonly Goal[]
  /** Decides every suggestion; stored with the study. */
  readonly seed: number
  readonly fidelity: Fidelity | undefined
  readonly sampler: Sampler
  readonly pruner: Pruner
  readonly storage: Storage
  readonly userAttrs: Attributes
  readonly #core: StudyCore<P>

  /** Studies are made by `createStudy` and `openStudy`. */
  constructor(parts: StudyParts<P>) {
    this.name = parts.record.name
    this.userAttrs = parts.record.userAttrs
    this.goals = parts.goals
    this.seed = parts.seed
    this.fidelity = parts.fidelity
    this.sampler = parts.sampler
    this.pruner = parts.pruner
    this.storage = parts.storage
    this.#core = new StudyCore(parts)
  }

  /** Every trial known so far, by number, in every state. */
  get trials(): readonly TrialRecord[] {
    return this.#core.trials
  }

  /** The declared space; undefined where the space is a function. */
  get entries(): Entries | undefined {
    return this.#core.parts.source.entries
  }

  /** The parameters of the space, as far as they are known. */
  get space(): SearchSpace {
    return this.#core.parts.source.space()
  }

  /** The default configuration by path, where the space declares one. */
  get defaults(): ParamValues | undefined {
    return this.#core.parts.source.defaults
  }

  /**
   * The best complete trial of a study with one goal, among those that keep their constraints (see `trial.constrain`).
   * @throws {StudyError} where there is none, or there are several goals (see {@link bestTrials})
   */
  get best(): BestTrial<P, G> {
    if (this.goals.length > 1) {
      throw new StudyError(
        `Study "${this.name}" has ${this.goals.length} goals, so no single best`,
        'Use study.bestTrials',
      )
    }
    const { best } = this.#core.ledger
    if (best === undefined) {
      const isBroken = this.trials.some(({ state }) => state === 'complete')
      const what = isBroken ? 'complete trial that keeps its constraints' : 'complete trial'
      throw new StudyError(`Study "${this.name}" has no ${what}`, isBroken ? 'Run more' : 'Run some first')
    }
    return this.#typed(best)
  }

  /** The complete trials that no other one beats in every goal; the best alone where there is one goal. Empty at first. */
  get bestTrials(): readonly BestTrial<P, G>[] {
    const { best } = this.#core.ledger
    if (this.goals.length === 1) return best === undefined ? [] : [this.#typed(best)]
    return paretoFront(this.trials, this.goals).map((trial) => this.#typed(trial))
  }

  /** The parameters of a stored trial as the objective received them. */
  paramsOf(trial: TrialRecord): P {
    return this.#core.parts.source.rebuild(trial.params)
  }

  /** Takes in what other processes have stored since. */
  refresh(): Promise<void> {
    return this.#core.refresh()
  }

  /** Listens to `start`, `report` or `finish`, of this process's trials. Returns a function that ends it. */
  on<K extends keyof StudyEvents>(event: K, listener: Listener<K>): () => void {
    return this.#core.events.on(event, listener)
  }

  /**
   * Hands out a trial to run; answer it with {@link tell}, {@link prune} or {@link fail}.
   * @param request `count`: so many trials at once, chosen to differ from each other
   * @throws {StudyError} where nothing is left to try
   */
  ask(): Promise<LiveTrial<P>>
  ask(request: { readonly count: number }): Promise<LiveTrial<P>[]>
  async ask(request?: { readonly count: number }): Promise<LiveTrial<P> | LiveTrial<P>[]> {
    const held = await this.#core.take(request?.count ?? 1)
    const [first] = held
    if (first === undefined) throw new StudyError('Every point of the search space has been tried', 'Widen the space')
    return request === undefined ? first.live : held.map(({ live }) => live)
  }

  /**
   * Ends a trial with its values. Values that are no numbers fail the trial, with the reason stored.
   * @throws {StudyError} where the trial is not running
   */
  tell(trial: TrialRef, values: ObjectiveResult<G>): Promise<FinishedTrial> {
    const parsed = parseResult(this.goals, values)
    return this.#core.finish(
      trial,
      parsed.ok ? { state: 'complete', values: parsed.values } : { state: 'failed', reason: parsed.reason },
    )
  }

  /** Ends a trial early; its last report becomes its value. */
  async prune(trial: TrialRef): Promise<FinishedTrial> {
    const running = await this.#core.running(trial)
    return this.#core.finish(trial, { state: 'pruned', values: prunedValues(running, this.goals.length) })
  }

  /** Ends a trial without a value. */
  fail(trial: TrialRef, reason: string): Promise<FinishedTrial> {
    return this.#core.finish(trial, { state: 'failed', reason })
  }

  /**
   * Queues a configuration, whole or in part (the sampler chooses the rest); it is handed out before anything new.
   * @param params nested as the objective receives them, or by path
   * @param options `skipIfExists`: leave it where a trial with these values exists (default false); `userAttrs`
   * @returns the trial's number, or undefined where it was skipped
   * @throws {SpaceError} where a value does not fit, or the study's `where` refuses the whole
   */
  async enqueue(
    params: NestedParams,
    options: { readonly skipIfExists?: boolean; readonly userAttrs?: Attributes } = {},
  ): Promise<number | undefined> {
    const fixed = this.#core.parts.source.flatten(params)
    if (options.skipIfExists) {
      await this.refresh()
      const covers = (held: ParamValues) =>
        Object.entries(fixed).every(
          ([path, value]) => Object.hasOwn(held, path) && sameValue(held[path] ?? null, value),
        )
      if (this.trials.some((trial) => covers(trial.params) || covers(fixedParams(trial) ?? {}))) return undefined
    }
    const trial: NewTrial = { state: 'waiting', systemAttrs: { [FIXED_PARAMS]: fixed } }
    return (await this.add(options.userAttrs === undefined ? trial : { ...trial, userAttrs: options.userAttrs })).number
  }

  /** Appends a trial as it is, in any state: results from elsewhere, for instance. Parameters and distributions by path. */
  add(trial: NewTrial): Promise<TrialRecord> {
    return this.#core.add(trial)
  }

  /**
   * Runs an objective until the budget is used up.
   * @throws {StudyError} after many failures in a row, with the first cause
   * @throws {OptionError} on a bad option
   * @example await study.optimize(async ({ learningRate }) => train(learningRate), { trials: 50, concurrency: 2 })
   */
  async optimize(objective: Objective<P, G>, options: OptimizeOptions): Promise<OptimizeResult> {
    this.#core.stopRequested = false
    await recoverLostTrials(this.#core)
    return optimize(this.#core, objective, options)
  }

  /** Asks `optimize` to start no further trial; those that run come to their end. */
  stop(): void {
    this.#core.stopRequested = true
  }

  /** Keeps JSON data with the study. */
  setAttr(key: string, value: unknown): Promise<void> {
    return this.storage.setStudyAttr(this.#core.parts.record.id, 'user', key, value)
  }

  /** Closes the storage where the study opened it (by URL); one that was handed in stays open. */
  async close(): Promise<void> {
    if (this.#core.parts.ownsStorage) await this.storage.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #typed(record: CompleteTrial): BestTrial<P, G> {
    // One value a goal: `finish` wrote them in this order.
    const values = Object.fromEntries(this.goals.map((goal, i) => [goal.name, record.values[i]])) as GoalValues<G>
    return { number: record.number, params: this.paramsOf(record), values, record }
  }
}
