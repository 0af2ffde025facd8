import { OptionError, SpaceError, StudyError } from '../errors.ts'
import { ashaPruner } from '../pruners/asha.ts'
import { medianPruner } from '../pruners/median.ts'
import type { Pruner } from '../pruners/pruner.ts'
import { autoSampler } from '../samplers/auto.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { Entries, Infer } from '../space/nodes.ts'
import type { NestedParams } from '../space/params-tree.ts'
import { spaceFromJson, spaceToJson } from '../space/space-json.ts'
import type { SpaceFunction } from '../space/suggest.ts'
import { openStorage } from '../storage/open-storage.ts'
import type { CheckpointStore, Storage, StudyRecord } from '../storage/storage.ts'
import type { Fidelity, Goal } from '../trial/history.ts'
import { adoptStudy } from './adopt-study.ts'
import { type CheckpointQuota, createCheckpoints } from './checkpoints.ts'
import { type Goals, goalsOf, parseGoals } from './goals.ts'
import { declaredSource, dynamicSource, observedSource, type ParamSource } from './param-source.ts'
import { Study } from './study.ts'
import { ATTR, type StudyParts } from './study-parts.ts'
import { restrictedSource, type Where } from './where.ts'

/** How a study is made; only goals and space are needed. */
export interface StudySettings<G extends Goals> {
  /** Unique in its storage; default: the time and a random part. */
  readonly name?: string
  /** `{ accuracy: 'maximize' }`; the first goal is the one that reports and pruning follow. */
  readonly goals: G
  /** `'memory'` (default), `'sqlite:tuning.db'`, `'postgresql://tune@db/tuning'`, `'journal:/shared/tuning.log'`, or a storage that is open already. */
  readonly storage?: string | Storage
  /** Default {@link autoSampler}. */
  readonly sampler?: Sampler
  /** Default {@link ashaPruner} where a fidelity is declared, else {@link medianPruner}; neither acts on trials that never report. */
  readonly pruner?: Pruner
  /** Decides every suggestion; default random, stored with the study. */
  readonly seed?: number
  /** What reports and budgets count: `{ name: 'epochs', min: 1, max: 27 }`. */
  readonly fidelity?: Fidelity
  /**
   * Where checkpoints of paused trials lie, and how many: beyond the quota the least promising lose theirs (default 100 trials, 1 GB).
   */
  readonly checkpoints?: CheckpointQuota
  /** What to do where the name is taken: refuse (default), or go on with the study that is there. */
  readonly ifExists?: 'error' | 'resume'
}

/** Settings with a declared space. */
export type DeclaredStudyOptions<E extends Entries, G extends Goals> = StudySettings<G> &
  Restriction<Infer<E>> & { readonly space: E }
/** Settings with a define-by-run space. */
export type DynamicStudyOptions<P, G extends Goals> = StudySettings<G> &
  Restriction<P> & { readonly space: SpaceFunction<P> }

/** What may be said about a space beyond its ranges. */
export interface Restriction<P> {
  /**
   * Which configurations may be tried; default all of them. Samplers propose no other, grids leave them out, and queued ones are refused
   * with the reason. A function, so it is not stored: whoever opens the study from another program gives it again. (The command line makes it
   * from text, which is stored and has to be the same.)
   * @example where: ({ batchSize, units }) => batchSize * units <= 2 ** 16 || 'does not fit into memory'
   */
  readonly where?: Where<P>
}

/**
 * Makes a study, or with `ifExists: 'resume'` goes on with one.
 * @throws {SpaceError} where the space is wrong, does not fit the trials that are there, or `where` refuses its defaults
 * @throws {StudyError} where the name is taken, or the study that is there has other goals or another `where`
 * @throws {OptionError} where an option is out of range
 * @throws {StorageError} where the storage cannot be opened
 * @example
 * const study = await createStudy({ goals: { loss: 'minimize' }, space: { x: float(-5, 5), y: float(-5, 5) } })
 * await study.optimize(({ x, y }) => (x - 1) ** 2 + y ** 2, { trials: 50 })
 * console.log(study.best.params)
 */
export function createStudy<const E extends Entries, const G extends Goals>(
  options: DeclaredStudyOptions<E, G>,
): Promise<Study<Infer<E>, G>>
export function createStudy<P, const G extends Goals>(options: DynamicStudyOptions<P, G>): Promise<Study<P, G>>
export async function createStudy<P, G extends Goals>(
  options: StudySettings<G> & Restriction<P> & { readonly space: Entries | SpaceFunction<P> },
): Promise<Study<P, G>> {
  const goals = parseGoals(options.goals)
  const source = sourceOf<P>(options)
  checkSettings(options, source)
  const { storage, ownsStorage } = await storageOf(options.storage)
  try {
    const record = await findOrCreate(storage, options, goals, source)
    const seed = record.systemAttrs[ATTR.seed]
    return await loaded<P, G>(
      {
        storage,
        ownsStorage,
        record,
        goals,
        source,
        sampler: options.sampler ?? autoSampler(),
        pruner: options.pruner ?? defaultPruner(options.fidelity),
        seed: typeof seed === 'number' ? seed : freshSeed(),
        fidelity: options.fidelity,
      },
      options.checkpoints,
    )
  } catch (error) {
    if (ownsStorage) await storage.close()
    throw error
  }
}

/** How a study that is there is opened. */
export interface OpenOptions {
  readonly storage: string | Storage
  /** May be left out where the storage holds exactly one study. */
  readonly name?: string
  readonly sampler?: Sampler
  readonly pruner?: Pruner
}

/**
 * Opens a study by what is stored of it, its space included: to look at it, or to ask and tell. Studies that Optuna
 * made (or define-by-run ones) get the space that their trials show, with parameters by path.
 * @throws {StudyError} where there is no such study
 */
export async function openStudy(options: OpenOptions): Promise<Study<NestedParams, Goals>> {
  const { storage, ownsStorage } = await storageOf(options.storage)
  try {
    const record = await findStudy(storage, options.name)
    const stored = record.systemAttrs[ATTR.space]
    const source: ParamSource<NestedParams> =
      stored === undefined ? observedSource() : declaredSource<NestedParams>(spaceFromJson(stored))
    const fidelity = record.systemAttrs[ATTR.fidelity] as Fidelity | undefined
    const seed = record.systemAttrs[ATTR.seed]
    return await loaded<NestedParams, Goals>({
      storage,
      ownsStorage,
      record,
      goals: goalsOf(record),
      source,
      sampler: options.sampler ?? autoSampler(),
      pruner: options.pruner ?? defaultPruner(fidelity),
      seed: typeof seed === 'number' ? seed : freshSeed(),
      fidelity,
    })
  } catch (error) {
    if (ownsStorage) await storage.close()
    throw error
  }
}

async function loaded<P, G extends Goals>(
  known: Omit<StudyParts<P>, 'checkpoints'>,
  quota: CheckpointQuota = {},
): Promise<Study<P, G>> {
  const { storage, record, goals } = known
  const { folder, ...limits } = quota
  const store = folder === undefined ? storage.checkpoints?.(record.id) : await sharedStore(folder, record)
  const checkpoints = createCheckpoints(store, goals, limits)
  const parts = { ...known, checkpoints }
  parts.sampler.check?.(parts.source.space())
  const study = new Study<P, G>(parts)
  await study.refresh()
  return study
}

async function sharedStore(folder: string, record: StudyRecord): Promise<CheckpointStore> {
  const { checkpointFolder, studyCheckpoints } = await import('#checkpoints')
  return checkpointFolder(studyCheckpoints(folder, record))
}

function sourceOf<P>({
  space,
  where,
}: Restriction<P> & { readonly space: Entries | SpaceFunction<P> }): ParamSource<P> {
  if (typeof space !== 'function' && (typeof space !== 'object' || space === null)) {
    throw new SpaceError('', `The space is ${JSON.stringify(space)}`, 'Give an object of parameters or a function')
  }
  const source = typeof space === 'function' ? dynamicSource(space) : declaredSource<P>(space)
  if (where === undefined) return source
  if (typeof where !== 'function') throw new OptionError(`where is ${JSON.stringify(where)}`, 'Give a function')
  return restrictedSource(source, where)
}

function checkSettings<G extends Goals>(options: StudySettings<G>, source: ParamSource<unknown>): void {
  const { seed, fidelity, sampler } = options
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw new OptionError(`seed is ${seed}`, 'Give a whole number')
  if (fidelity !== undefined && !(fidelity.min > 0 && fidelity.max >= fidelity.min && Number.isFinite(fidelity.max))) {
    throw new OptionError(`fidelity runs from ${fidelity.min} to ${fidelity.max}`, 'It needs 0 < min ≤ max')
  }
  if (source.entries !== undefined) sampler?.check?.(source.space())
}

async function storageOf(storage: string | Storage = 'memory'): Promise<{ storage: Storage; ownsStorage: boolean }> {
  if (typeof storage !== 'string') return { storage, ownsStorage: false }
  return { storage: await openStorage(storage), ownsStorage: true }
}

async function findOrCreate<G extends Goals>(
  storage: Storage,
  options: StudySettings<G> & Restriction<never>,
  goals: readonly Goal[],
  source: ParamSource<unknown>,
): Promise<StudyRecord> {
  const { name = freshName() } = options
  const attrs = {
    [ATTR.metricNames]: goals.map((goal) => goal.name),
    [ATTR.seed]: options.seed ?? freshSeed(),
    ...(source.entries === undefined ? {} : { [ATTR.space]: spaceToJson(source.entries) }),
    ...(options.fidelity === undefined ? {} : { [ATTR.fidelity]: options.fidelity }),
    ...(options.where?.rules === undefined ? {} : { [ATTR.where]: options.where.rules }),
    [ATTR.sampler]: (options.sampler ?? autoSampler()).name,
    [ATTR.pruner]: (options.pruner ?? defaultPruner(options.fidelity)).name,
  }
  const directions = goals.map(({ direction }) => direction)
  if (options.ifExists !== 'resume') return storage.createStudy(name, directions, attrs)
  const wanted = { goals, attrs, where: options.where }
  const found = await storage.findStudy(name)
  if (found !== undefined) return adoptStudy(storage, found, wanted)
  try {
    return await storage.createStudy(name, directions, attrs)
  } catch (error) {
    // Another worker may have made it since.
    const made = error instanceof StudyError ? await storage.findStudy(name) : undefined
    if (made === undefined) throw error
    return adoptStudy(storage, made, wanted)
  }
}

async function findStudy(storage: Storage, name: string | undefined): Promise<StudyRecord> {
  const all = name === undefined ? await storage.listStudies() : []
  const found = name === undefined ? (all.length === 1 ? all[0] : undefined) : await storage.findStudy(name)
  if (found !== undefined) return found
  const known = (name === undefined ? all : await storage.listStudies()).map((study) => `"${study.name}"`)
  const list =
    known.length === 0 ? 'It holds none' : `It holds ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}`
  const wanted =
    name === undefined
      ? `${storage.url} holds ${known.length} studies and no name was given`
      : `There is no study "${name}" in ${storage.url}`
  throw new StudyError(wanted, list)
}

function defaultPruner(fidelity: Fidelity | undefined): Pruner {
  return fidelity === undefined ? medianPruner() : ashaPruner()
}

function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}

function freshName(): string {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  return `study-${stamp}-${Math.random().toString(36).slice(2, 6)}`
}
