import { StorageError } from '../errors.ts'
import { compatibleDistributions, type Distribution } from '../space/distribution.ts'
import type { Attributes } from '../trial/trial-record.ts'
import type { JournalReplay } from './journal-file.ts'
import { type Line, optionalMoment, readLine, reportsOf } from './journal-line.ts'
import { HEARTBEAT_KEY, momentFromText, OPERATION, STORED_STATES, THEN_KEY } from './journal-lines.ts'
import { distributionFromJson } from './optuna-distribution.ts'
import { NO_REASON, noStudy, noTrial, storedNumber } from './rules.ts'
import { keepDistributions, newShelf, noteChange, type Shelf } from './shelf.ts'
import { paramFrom, REASON_KEY } from './sql/records.ts'
import { type Entry, setReport } from './trial-entry.ts'

/** A trial and the study it belongs to. */
export interface Owner {
  readonly shelf: Shelf
  readonly entry: Entry
}

/** What the lines of a journal add up to. */
export interface JournalContents extends JournalReplay {
  /** By ascending id. */
  readonly shelves: ReadonlyMap<number, Shelf>
  find(name: string): Shelf | undefined
  /** @throws {StudyError} where there is none */
  shelfOf(studyId: number): Shelf
  /** @throws {StudyError} where there is none */
  ownerOf(trialId: number): Owner
  /** The id that the next study gets. */
  nextStudyId(): number
  /** The trial that this writer created last. */
  newest(): Entry | undefined
  /** True where it was this writer who brought the trial into its state. */
  isOurs(entry: Entry): boolean
}

/**
 * Replays lines by Optuna's rules: the first line wins, and one that comes too late (a name that is taken, a trial that is finished or runs
 * already) is passed over. O(1) a line.
 * @param worker as this writer signs its lines
 */
export function journalContents(worker: string): JournalContents {
  const shelves = new Map<number, Shelf>()
  const owners = new Map<number, Owner>()
  const distributions = new Map<string, Distribution>()
  const reasons = new WeakMap<Entry, string>()
  let studies = 0
  let trials = 0
  const writers = new WeakMap<Entry, string>()
  let newest: Entry | undefined
  let owed: readonly string[] = []

  const find = (name: string) => [...shelves.values()].find((shelf) => shelf.record.name === name)
  const open = (trialId: number): Owner | undefined => {
    const owner = owners.get(trialId)
    return owner?.entry.outcome === undefined ? owner : undefined
  }
  const distributionOf = (text: string): Distribution => {
    const known = distributions.get(text) ?? distributionFromJson(text)
    distributions.set(text, known)
    return known
  }

  const paramsOf = ({ params = {}, distributions: texts = {} }: Line) =>
    Object.entries(params).map(([name, stored]) => {
      const distribution = distributionOf(texts[name] ?? '')
      return { name, distribution, value: paramFrom(name, distribution, stored) }
    })

  /** Takes out of system attributes what is none. */
  const takeSystemAttrs = (entry: Entry, attrs: Attributes): void => {
    const { [HEARTBEAT_KEY]: heartbeat, [REASON_KEY]: reason, ...rest } = attrs
    if (typeof heartbeat === 'string') entry.heartbeatAt = momentFromText(heartbeat)
    if (typeof reason === 'string') reasons.set(entry, reason)
    entry.systemAttrs = { ...entry.systemAttrs, ...rest }
  }

  const setState = (shelf: Shelf, entry: Entry, line: Line, values: readonly number[]): void => {
    const state = STORED_STATES[line.state ?? 0]
    if (state === undefined) throw newer(`state ${line.state}`)
    entry.state = state
    writers.set(entry, line.worker_id)
    if (state === 'running') shelf.running.add(entry)
    else shelf.running.delete(entry)
    if (state === 'waiting') enqueue(shelf, entry)
    if (state === 'waiting' || state === 'running') return
    const stored = reasons.get(entry) ?? entry.systemAttrs.fail_reason
    entry.outcome = {
      values: state === 'failed' ? [] : values.map(storedNumber),
      reason: state === 'failed' ? (typeof stored === 'string' ? stored : NO_REASON) : '',
      finishedAt: optionalMoment(line.datetime_complete) ?? entry.startedAt ?? 0,
    }
  }

  const createTrial = (line: Line): void => {
    // Trials of a study that is gone are not created, and take no id.
    const shelf = shelves.get(line.study_id)
    if (shelf === undefined) return
    const params = paramsOf(line)
    const entry: Entry = {
      id: trials++,
      number: shelf.entries.length,
      state: 'running',
      params: Object.fromEntries(params.map(({ name, value }) => [name, value])),
      distributions: Object.fromEntries(params.map(({ name, distribution }) => [name, distribution])),
      reports: reportsOf(line.intermediate_values ?? {}),
      userAttrs: line.user_attrs ?? {},
      systemAttrs: {},
      startedAt: optionalMoment(line.datetime_start),
      outcome: undefined,
      heartbeatAt: undefined,
      record: undefined,
      notedAt: -1,
    }
    takeSystemAttrs(entry, line.system_attrs ?? {})
    keepDistributions(shelf, params)
    shelf.entries.push(entry)
    setState(shelf, entry, line, line.values ?? (typeof line.value === 'number' ? [line.value] : []))
    if (line.worker_id === worker) newest = entry
    owners.set(entry.id, { shelf, entry })
    noteChange(shelf, entry)
  }

  const setParam = ({ shelf, entry }: Owner, line: Line): void => {
    const distribution = distributionOf(line.distribution)
    const first = shelf.firstDistributions.get(line.param_name)
    if (first !== undefined && !compatibleDistributions(first, distribution)) return
    keepDistributions(shelf, [{ name: line.param_name, distribution }])
    const value = paramFrom(line.param_name, distribution, line.param_value_internal)
    entry.params = { ...entry.params, [line.param_name]: value }
    entry.distributions = { ...entry.distributions, [line.param_name]: distribution }
    noteChange(shelf, entry)
  }

  const changeState = ({ shelf, entry }: Owner, line: Line): void => {
    if (STORED_STATES[line.state ?? 0] === 'running') {
      if (entry.state === 'running') return
      entry.startedAt = optionalMoment(line.datetime_start)
    }
    setState(shelf, entry, line, line.values ?? [])
    noteChange(shelf, entry)
  }

  const setAttr = ({ shelf, entry }: Owner, line: Line): void => {
    if (line.op_code === OPERATION.setTrialUserAttr) entry.userAttrs = { ...entry.userAttrs, ...line.user_attr }
    else takeSystemAttrs(entry, line.system_attr)
    // A heartbeat is no news to readers.
    if (!Object.hasOwn(line.system_attr ?? {}, HEARTBEAT_KEY)) noteChange(shelf, entry)
  }

  const applyToTrial = (owner: Owner, line: Line): void => {
    switch (line.op_code) {
      case OPERATION.setTrialParam:
        setParam(owner, line)
        break
      case OPERATION.setTrialState:
        changeState(owner, line)
        break
      case OPERATION.setTrialReport:
        setReport(owner.entry, line.step, line.intermediate_value)
        noteChange(owner.shelf, owner.entry)
        break
      default:
        setAttr(owner, line)
    }
  }

  const applyToStudy = (line: Line): void => {
    const shelf = shelves.get(line.study_id)
    if (shelf === undefined) return
    if (line.op_code === OPERATION.deleteStudy) {
      shelves.delete(line.study_id)
      for (const entry of shelf.entries) owners.delete(entry.id)
      return
    }
    const { userAttrs, systemAttrs } = shelf.record
    shelf.record =
      line.op_code === OPERATION.setStudyUserAttr
        ? { ...shelf.record, userAttrs: { ...userAttrs, ...line.user_attr } }
        : { ...shelf.record, systemAttrs: { ...systemAttrs, ...line.system_attr } }
  }

  const createStudy = (line: Line): void => {
    if (find(line.study_name) !== undefined) return
    const directions = line.directions.map((stored) => (stored === 2 ? 'maximize' : 'minimize'))
    const id = studies++
    shelves.set(id, newShelf({ id, name: line.study_name, directions, userAttrs: {}, systemAttrs: {} }))
  }

  return {
    shelves,
    find,
    shelfOf(studyId) {
      const shelf = shelves.get(studyId)
      if (shelf === undefined) throw noStudy(studyId)
      return shelf
    },
    ownerOf(trialId) {
      const owner = owners.get(trialId)
      if (owner === undefined) throw noTrial(trialId)
      return owner
    },
    nextStudyId: () => studies,
    newest: () => newest,
    isOurs: (entry) => writers.get(entry) === worker,
    owed: () => owed,
    apply(text) {
      const line = readLine(text)
      const { op_code } = line
      owed = line[THEN_KEY] ?? (owed[0] === text ? owed.slice(1) : owed)
      if (op_code === OPERATION.createStudy) createStudy(line)
      else if (op_code === OPERATION.createTrial) createTrial(line)
      else if (op_code >= OPERATION.deleteStudy && op_code <= OPERATION.setStudySystemAttr) applyToStudy(line)
      else if (op_code >= OPERATION.setTrialParam && op_code <= OPERATION.setTrialSystemAttr) {
        const owner = open(line.trial_id)
        if (owner !== undefined) applyToTrial(owner, line)
      } else if (op_code !== OPERATION.discardTrials) throw newer(`operation ${JSON.stringify(op_code)}`)
    },
  }
}

function newer(what: string): StorageError {
  return new StorageError(
    `The journal holds the unknown ${what}`,
    'It is no journal of Optuna, or newer than this diapason: check the path, or upgrade',
  )
}

/** Waiting trials stand by number; one that Optuna puts back may have to go before others. */
function enqueue(shelf: Shelf, entry: Entry): void {
  const last = shelf.queue.at(-1)
  shelf.queue.push(entry)
  if (last === undefined || last.number < entry.number) return
  shelf.queue.sort((a, b) => a.number - b.number)
  shelf.queueHead = 0
}
