import { OptionError, SpaceError, StorageError, StudyError, StudyStopped } from '../errors.ts'
import { createRng, type Rng } from '../math/rng.ts'
import { CONTINUE, type Decision, type Pruner } from '../pruners/pruner.ts'
import type { ParamValues } from '../space/search-space.ts'
import { isNoTrial } from '../storage/rules.ts'
import type { AttributeKind, Cursor, NewTrial, Outcome } from '../storage/storage.ts'
import { configurations, continuationOf, firstTrialOf } from '../trial/continuation.ts'
import { CONSTRAINT } from '../trial/feasibility.ts'
import type { History } from '../trial/history.ts'
import type { Method } from '../trial/method.ts'
import {
  type FinishedTrial,
  fixedParams,
  isFinished,
  type RunningTrial,
  type TrialRecord,
} from '../trial/trial-record.ts'
import { createEmitter } from './events.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createLiveTrial, type LiveTrial, type TrainingState } from './live-trial.ts'
import { latestMethod, type MethodKey } from './method-changes.ts'
import { createMutex } from './mutex.ts'
import { openTrials, type TakeTerms } from './open-trials.ts'
import type { Filled } from './param-source.ts'
import { readAgainAfterMs } from './reading-pace.ts'
import { ATTR, type StudyParts } from './study-parts.ts'
import { successorOf } from './successor.ts'
import { createTurnGiver } from './turn.ts'

/** How to refer to a trial: itself, its record, or its number. */
export type TrialRef = number | { readonly number: number }

/** A running trial of this process, with what stops it. */
export interface HeldTrial<P> {
  readonly live: LiveTrial<P>
  readonly controller: AbortController
  /** When it was asked for, by `performance.now()`. */
  readonly since: number
}

/**
 * What goes on inside a study: handing out trials, taking in reports and endings, keeping up with other processes.
 * `Study` is its public face; `optimize` and recovery work on it directly.
 */
export class StudyCore<P> {
  readonly parts: StudyParts<P>
  readonly events = createEmitter()
  readonly ledger: Ledger
  /** Trials of this process that run now, by number. */
  readonly held = new Map<number, HeldTrial<P>>()
  /** Why the storage did not take a report, by trial. */
  readonly refused = new Map<number, StorageError>()
  /** Set by `Study.stop`: start nothing more. */
  stopRequested = false
  /** Decides about running trials: the study's own, or what the objective of a run brings along. */
  pruner: Pruner

  /** To be awaited between steps, so that timers and signals come through. */
  readonly giveTurn = createTurnGiver()

  readonly #rng: Rng
  readonly #serially = createMutex()
  #cursor: Cursor
  /** When the newest of what is known was read, by `performance.now()`. */
  #readAt = Number.NEGATIVE_INFINITY
  readonly #methods = new Map<MethodKey, Method>()

  constructor(parts: StudyParts<P>) {
    this.parts = parts
    this.pruner = parts.pruner
    this.#rng = createRng(parts.seed)
    this.ledger = createLedger(parts.goals, (trial) => parts.source.observe(trial))
  }

  get name(): string {
    return this.parts.record.name
  }

  get trials(): readonly TrialRecord[] {
    return this.ledger.trials
  }

  /** Takes in what other processes have stored since. */
  async refresh(): Promise<void> {
    const { trials, cursor } = await this.parts.storage.readTrials(this.parts.record.id, this.#cursor)
    this.#cursor = cursor
    this.#readAt = performance.now()
    for (const trial of trials) this.ledger.put(trial)
    for (const [number, { controller }] of this.held) {
      if (this.trials[number]?.state === 'running') continue
      // Somebody else ended it: an operator, or a supervisor that thought us dead.
      this.held.delete(number)
      controller.abort(new StudyStopped(`Trial ${number} was ended from outside`, 'Nothing of it is kept after that'))
    }
  }

  /** Up to `count` trials to run; fewer, or none, where nothing is left to try or the study holds enough. */
  async take(count: number, terms: TakeTerms = {}): Promise<HeldTrial<P>[]> {
    if (!Number.isInteger(count) || count < 1) throw new OptionError(`ask for ${count} trials`, 'Ask for 1 or more')
    // One at a time: a suggestion depends on the trials before it, not on the timing of concurrent calls.
    return this.#serially(async () => {
      if (performance.now() - this.#readAt >= (terms.freshMs ?? 0)) await this.refresh()
      const taken: HeldTrial<P>[] = []
      const since = performance.now()
      while (taken.length < count) {
        const records = await openTrials(this, count - taken.length, terms)
        if (records.length === 0) break
        taken.push(...(await this.#fillTrials(records, since)))
      }
      return taken
    })
  }

  /** Appends a trial as it is. */
  async add(trial: NewTrial): Promise<TrialRecord> {
    const record = await this.parts.storage.createTrial(this.parts.record.id, trial)
    if (record === undefined) throw new StudyError(`Study "${this.name}" took no further trial`, 'Try again')
    this.ledger.put(record)
    return record
  }

  /** Ends a running trial. @throws {StudyError} where it is not running */
  async finish(ref: TrialRef, outcome: Outcome): Promise<FinishedTrial> {
    const running = await this.running(ref)
    const ended = await this.#end(running, outcome)
    if (ended !== undefined) return ended
    throw new StudyError(`Trial ${running.number} has ended already`, 'A finished trial never changes')
  }

  /** Ends a trial that this process ran, unless somebody else has ended it since. `successor` takes its place. */
  async settle(number: number, outcome: Outcome, successor?: NewTrial): Promise<FinishedTrial> {
    const known = this.trials[number]
    const ended = known?.state === 'running' ? await this.#end(known, outcome, successor) : undefined
    if (successor !== undefined) await this.refresh()
    // Else its record says how, refreshed by then.
    return ended ?? (this.trials[number] as FinishedTrial)
  }

  async #end(running: RunningTrial, outcome: Outcome, successor?: NewTrial): Promise<FinishedTrial | undefined> {
    const isOurs = await this.parts.storage.finish(running.id, outcome, successor)
    this.held.delete(running.number)
    if (!isOurs) {
      await this.refresh()
      return undefined
    }
    const trial: FinishedTrial = { ...running, ...outcome, finishedAt: Date.now() }
    this.ledger.put(trial)
    const continued = continuationOf(running)
    if (continued !== undefined && successor === undefined) await this.parts.checkpoints.release(continued.trial)
    this.events.emit('finish', {
      trial,
      isBest: this.parts.goals.length === 1 && this.ledger.best?.number === trial.number,
    })
    return trial
  }

  async #fillTrials(records: readonly RunningTrial[], since: number): Promise<HeldTrial<P>[]> {
    const numbers = records.map(({ number }) => number)
    let proposals: readonly ParamValues[] | undefined
    const propose = (i: number) => {
      const history = this.history(numbers[0])
      proposals ??= this.parts.sampler.suggest(
        history,
        numbers,
        this.#rng.split(`trial/${numbers[0]}`).split('sampler'),
      )
      const proposal = proposals[i]
      if (proposal === undefined)
        throw new StudyError(
          `Sampler "${this.parts.sampler.name}" gave no point for trial ${numbers[i]}`,
          'This is a defect of the sampler',
        )
      return proposal
    }
    const held: HeldTrial<P>[] = []
    for (const [i, record] of records.entries()) {
      const trial = await this.#fillTrial(record, since, () => propose(i))
      if (trial !== undefined) held.push(trial)
    }
    return held
  }

  async #fillTrial(record: RunningTrial, since: number, propose: () => ParamValues): Promise<HeldTrial<P> | undefined> {
    // A trial that continues another one has its seed.
    const rng = this.#rng.split(`trial/${firstTrialOf(this.trials, record)}`)
    const isFirst = this.trials.find((trial) => fixedParams(trial) === undefined)?.number === record.number
    // A trial that Optuna queues again has its parameters already.
    const fixed = { ...fixedParams(record), ...record.params }
    try {
      const filled = this.parts.source.fill({
        fixed,
        isFirst,
        propose,
        rng: rng.split('fill'),
      })
      const added = Object.entries(filled.params).filter(([name]) => !Object.hasOwn(record.params, name))
      await this.parts.storage.setParams(record.id, Object.fromEntries(added), filled.distributions)
      const attrs: { [key: string]: unknown } = filled.origin === 'default' ? { [ATTR.origin]: 'default' } : {}
      const { sampler } = this.parts
      const news = {
        [ATTR.method]: filled.origin === 'sampler' ? this.#newMethod(record, ATTR.method, sampler) : undefined,
        [ATTR.rule]: this.#newMethod(record, ATTR.rule, this.pruner),
      }
      for (const [key, method] of Object.entries(news)) if (method !== undefined) attrs[key] = method
      for (const [key, value] of Object.entries(attrs))
        await this.parts.storage.setTrialAttr(record.id, 'system', key, value)
      for (const method of Object.values(news))
        if (method !== undefined) this.events.emit('method', { number: record.number, method })
      return this.#hold({ ...record, systemAttrs: { ...record.systemAttrs, ...attrs } }, filled, rng, since)
    } catch (error) {
      if (error instanceof StudyError) await this.refresh()
      // The database crashed before the trial's creation was on its disk: another one takes the number.
      if (isNoTrial(error)) return undefined
      // Taken over by somebody who thought us dead.
      if (this.trials[record.number]?.state !== 'running') return undefined
      // A queued configuration that does not fit costs its own trial only; anything else is a defect or a lost storage.
      const isQueued = error instanceof SpaceError && Object.keys(fixed).length > 0
      // What a storage cannot take now it may take later: the configuration is not to blame.
      const successor = error instanceof StorageError ? successorOf(record, 'interrupted') : undefined
      await this.settle(record.number, { state: 'failed', reason: String((error as Error).message) }, successor)
      if (!isQueued) throw error
      return undefined
    }
  }

  /** How the sampler or the pruner goes about it from this trial on, where that has changed. */
  #newMethod(
    { number }: RunningTrial,
    key: MethodKey,
    decider: { describe?(history: History): Method | undefined },
  ): Method | undefined {
    const method = decider.describe?.(this.history(number))
    if (method === undefined) return undefined
    const known = this.#methods.get(key) ?? latestMethod(this.trials, key)
    this.#methods.set(key, method)
    return method.name === known?.name ? undefined : method
  }

  #hold(record: RunningTrial, filled: Filled<P>, rng: Rng, since: number): HeldTrial<P> {
    const { params, distributions, value } = filled
    const trial: RunningTrial = { ...record, params, distributions }
    this.ledger.put(trial)
    const controller = new AbortController()
    const live = createLiveTrial<P>(
      {
        number: record.number,
        params: value,
        values: params,
        budget: this.parts.fidelity?.max ?? Number.POSITIVE_INFINITY,
        seed: rng.split('seed').int(2 ** 32),
        attrs: record.userAttrs,
      },
      {
        controller,
        report: (step, reported, state) =>
          this.#report(record.number, step, reported, state).catch((error: unknown) => {
            if (error instanceof StorageError) this.refused.set(record.number, error)
            throw error
          }),
        checkpoint: async () => {
          const continued = continuationOf(record)
          return continued && this.parts.checkpoints.load(continued.trial)
        },
        setAttr: (key, attr) => this.setTrialAttr(record.number, 'user', key, attr),
        constrain: (name, excess) => this.setTrialAttr(record.number, 'system', CONSTRAINT + name, excess),
      },
    )
    const held = { live, controller, since }
    this.held.set(record.number, held)
    this.events.emit('start', { trial })
    return held
  }

  async #report(number: number, step: number, value: number, state?: TrainingState): Promise<Decision> {
    const running = await this.running(number)
    await this.parts.storage.report(running.id, step, value)
    if (!running.reports.some(([known]) => known === step)) {
      const reports = [...running.reports, [step, value] as const].sort(([a], [b]) => a - b)
      this.ledger.put({ ...running, reports })
    }
    await this.#keepUp()
    await this.giveTurn()
    this.events.emit('report', { trial: await this.running(number), step, value })
    const inherited = continuationOf(running)?.step
    if (inherited !== undefined && running.systemAttrs[ATTR.resumed] === undefined)
      await this.setTrialAttr(number, 'system', ATTR.resumed, step > inherited)
    // Trained anew: it has passed this rung before.
    if (inherited !== undefined && step <= inherited) return CONTINUE
    const decision = await this.decide(number)
    if (decision.action === 'pause') {
      await this.parts.checkpoints.keep(number, { step, state: await state?.() }, this.trials)
      await this.setTrialAttr(number, 'system', ATTR.paused, step)
    }
    return decision
  }

  /** Takes in what others have stored since, where enough time has passed for the number that run. */
  async #keepUp(): Promise<void> {
    if (performance.now() - this.#readAt >= readAgainAfterMs(this.ledger.running)) await this.refresh()
  }

  /** What the pruner thinks of a running trial, by what is known now; a trial without reports goes on. */
  async decide(number: number): Promise<Decision> {
    const trial = await this.running(number)
    if (trial.reports.length === 0) return CONTINUE
    const history = this.history(number)
    const first = firstTrialOf(this.trials, trial)
    const shown = first === number ? trial : history.trials.find((other) => other.number === first)
    return this.pruner.decide(history, shown?.state === 'running' ? shown : trial)
  }

  /** Keeps JSON data with a running trial, in the storage and in what is known here. */
  async setTrialAttr(number: number, kind: AttributeKind, key: string, value: unknown): Promise<void> {
    const { id } = await this.running(number)
    await this.parts.storage.setTrialAttr(id, kind, key, value)
    const trial = await this.running(number)
    const name = kind === 'user' ? 'userAttrs' : 'systemAttrs'
    this.ledger.put({ ...trial, [name]: { ...trial[name], [key]: structuredClone(value) } })
  }

  /** @throws {StudyError} where the trial is not running */
  async running(ref: TrialRef): Promise<RunningTrial> {
    const number = typeof ref === 'number' ? ref : ref.number
    if (this.trials[number] === undefined) await this.refresh()
    const trial = this.trials[number]
    if (trial?.state === 'running') return trial
    const state =
      trial === undefined
        ? 'does not exist'
        : isFinished(trial)
          ? `is ${trial.state} already`
          : 'has not been handed out'
    throw new StudyError(`Trial ${number} of study "${this.name}" ${state}`, 'Only running trials can report or end')
  }

  /** Each configuration once; for a trial `number`: as its pruner wants it. */
  history(number?: number): History {
    const { goals, fidelity, seed, source } = this.parts
    const { isAllowed } = source
    const trials = this.ledger.hasContinued ? configurations(this.trials) : this.trials
    const history: History = { space: source.space(), goals, trials, fidelity, seed, isAllowed }
    if (number === undefined || this.pruner.view === undefined) return history
    const trial = this.trials[number]
    return this.pruner.view(history, trial === undefined ? number : firstTrialOf(this.trials, trial))
  }
}
