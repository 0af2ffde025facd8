import { OptionError, SpaceError, StudyError, StudyStopped } from '../errors.ts'
import { createRng, type Rng } from '../math/rng.ts'
import { CONTINUE, type Decision, type Pruner } from '../pruners/pruner.ts'
import type { Method } from '../samplers/sampler.ts'
import type { ParamValues } from '../space/search-space.ts'
import type { AttributeKind, Cursor, NewTrial, Outcome } from '../storage/storage.ts'
import type { History } from '../trial/history.ts'
import {
  type FinishedTrial,
  fixedParams,
  isFinished,
  type RunningTrial,
  type TrialRecord,
} from '../trial/trial-record.ts'
import { createEmitter } from './events.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createLiveTrial, type LiveTrial } from './live-trial.ts'
import { methodChanges } from './method-changes.ts'
import { createMutex } from './mutex.ts'
import type { Filled } from './param-source.ts'
import { ATTR, type StudyParts } from './study-parts.ts'
import { createTurnGiver } from './turn.ts'

/** How to refer to a trial: itself, its record, or its number. */
export type TrialRef = number | { readonly number: number }

/** On what terms trials are taken. */
export interface TakeTerms {
  /** Heartbeats will come: a silence of so many milliseconds means that the trial is lost. */
  readonly leaseMs?: number
  /** Trials that the study shall hold in all, without those that others have replaced. */
  readonly total?: number
}

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
  /** Set by `Study.stop`: start nothing more. */
  stopRequested = false
  /** Decides about running trials: the study's own, or what the objective of a run brings along. */
  pruner: Pruner

  /** To be awaited between steps, so that timers and signals come through. */
  readonly giveTurn = createTurnGiver()

  readonly #rng: Rng
  readonly #serially = createMutex()
  #cursor: Cursor
  #method: Method | undefined

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
      await this.refresh()
      const taken: HeldTrial<P>[] = []
      const since = performance.now()
      while (taken.length < count) {
        const records = await this.#openTrials(count - taken.length, terms)
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
    this.events.emit('finish', {
      trial,
      isBest: this.parts.goals.length === 1 && this.ledger.best?.number === trial.number,
    })
    return trial
  }

  async #openTrials(count: number, { leaseMs, total }: TakeTerms): Promise<RunningTrial[]> {
    const { storage, sampler, record: study } = this.parts
    const start = {
      systemAttrs: {
        ...(storage.worker === undefined ? {} : { [ATTR.worker]: storage.worker.name }),
        ...(leaseMs === undefined ? {} : { [ATTR.lease]: leaseMs }),
      },
      heartbeat: leaseMs !== undefined,
    }
    const records: RunningTrial[] = []
    while (records.length < count) {
      if (total !== undefined && this.ledger.counted + this.ledger.running >= total) break
      const limit = Math.min(
        sampler.trialLimit?.(this.#history()) ?? Number.POSITIVE_INFINITY,
        total === undefined ? Number.POSITIVE_INFINITY : total + this.ledger.replaced,
      )
      const record =
        (this.ledger.hasWaiting ? await storage.claimWaiting(study.id, start) : undefined) ??
        (await storage.createTrial(study.id, { state: 'running', startedAt: Date.now(), ...start }, limit))
      if (record?.state !== 'running') break
      this.ledger.put(record)
      records.push(record)
    }
    // Trials that others created before ours must be known: the first unfixed one takes the defaults, and so on.
    if (records.some(({ number }) => this.trials.length < number || this.trials[number - 1] === undefined))
      await this.refresh()
    return records
  }

  async #fillTrials(records: readonly RunningTrial[], since: number): Promise<HeldTrial<P>[]> {
    const numbers = records.map(({ number }) => number)
    let proposals: readonly ParamValues[] | undefined
    const propose = (i: number) => {
      const history = this.#history(numbers[0])
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
    const rng = this.#rng.split(`trial/${record.number}`)
    const isFirst = this.trials.find((trial) => fixedParams(trial) === undefined)?.number === record.number
    try {
      const filled = this.parts.source.fill({
        fixed: fixedParams(record) ?? {},
        isFirst,
        propose,
        rng: rng.split('fill'),
      })
      await this.parts.storage.setParams(record.id, filled.params, filled.distributions)
      const attrs: { [key: string]: unknown } = filled.origin === 'default' ? { [ATTR.origin]: 'default' } : {}
      const method = filled.origin === 'sampler' ? this.#newMethod(record) : undefined
      if (method !== undefined) attrs[ATTR.method] = method
      for (const [key, value] of Object.entries(attrs))
        await this.parts.storage.setTrialAttr(record.id, 'system', key, value)
      if (method !== undefined) this.events.emit('method', { number: record.number, method })
      return this.#hold({ ...record, systemAttrs: { ...record.systemAttrs, ...attrs } }, filled, rng, since)
    } catch (error) {
      if (error instanceof StudyError) await this.refresh()
      // Taken over by somebody who thought us dead.
      if (this.trials[record.number]?.state !== 'running') return undefined
      // A queued configuration that does not fit costs its own trial only; anything else is a defect or a lost storage.
      const isQueued = error instanceof SpaceError && fixedParams(record) !== undefined
      await this.finish(record, { state: 'failed', reason: String((error as Error).message) })
      if (!isQueued) throw error
      return undefined
    }
  }

  /** How the sampler proposes from this trial on, where that has changed. */
  #newMethod({ number }: RunningTrial): Method | undefined {
    const method = this.parts.sampler.describe?.(this.#history(number))
    if (method === undefined) return undefined
    this.#method ??= methodChanges(this.trials).at(-1)?.method
    if (method.name === this.#method?.name) return undefined
    this.#method = method
    return method
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
        report: (step, reported) => this.#report(record.number, step, reported),
        setAttr: (key, attr) => this.setTrialAttr(record.number, 'user', key, attr),
      },
    )
    const held = { live, controller, since }
    this.held.set(record.number, held)
    this.events.emit('start', { trial })
    return held
  }

  async #report(number: number, step: number, value: number): Promise<Decision> {
    const running = await this.running(number)
    await this.parts.storage.report(running.id, step, value)
    if (!running.reports.some(([known]) => known === step)) {
      const reports = [...running.reports, [step, value] as const].sort(([a], [b]) => a - b)
      this.ledger.put({ ...running, reports })
    }
    await this.refresh()
    await this.giveTurn()
    this.events.emit('report', { trial: await this.running(number), step, value })
    return this.decide(number)
  }

  /** What the pruner thinks of a running trial, by what is known now; a trial without reports goes on. */
  async decide(number: number): Promise<Decision> {
    const trial = await this.running(number)
    return trial.reports.length === 0 ? CONTINUE : this.pruner.decide(this.#history(number), trial)
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

  #history(number?: number): History {
    const { goals, fidelity, seed, source } = this.parts
    const { isAllowed } = source
    const history: History = { space: source.space(), goals, trials: this.trials, fidelity, seed, isAllowed }
    return number === undefined || this.pruner.view === undefined ? history : this.pruner.view(history, number)
  }
}
