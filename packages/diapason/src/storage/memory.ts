import type { Attributes } from '../trial/trial-record.ts'
import { memoryCheckpoints } from './memory-checkpoints.ts'
import { cloneJson } from './python-json.ts'
import { nameTaken, noStudy, noTrial, paramTwice, storedParams, wrongState } from './rules.ts'
import {
  attrField,
  checkDistributions,
  keepDistributions,
  newShelf,
  nextWaiting,
  noteChange,
  readShelf,
  type Shelf,
  staleIn,
  summaryOf,
} from './shelf.ts'
import type { CheckpointStore, NewTrial, Storage, StudyRecord } from './storage.ts'
import { addParams, type Entry, entryOf, finishEntry, insertReport, recordOf } from './trial-entry.ts'

/**
 * Keeps studies in the memory of this process; nothing survives it.
 * Every step is O(1) amortised; a read costs O(changed trials).
 *
 * @param options `now`: the clock, milliseconds since 1970 (default `Date.now`)
 * @example
 * const storage = memoryStorage()
 * const study = await storage.createStudy('digits', ['maximize'])
 */
export function memoryStorage(options: { readonly now?: () => number } = {}): Storage {
  const now = options.now ?? Date.now
  const shelves = new Map<number, Shelf>()
  const names = new Map<string, Shelf>()
  const owners = new Map<number, { readonly shelf: Shelf; readonly entry: Entry }>()
  const checkpoints = new Map<number, CheckpointStore>()
  let lastStudyId = 0
  let lastTrialId = 0

  const shelfOf = (studyId: number): Shelf => {
    const shelf = shelves.get(studyId)
    if (shelf === undefined) throw noStudy(studyId)
    return shelf
  }
  const ownerOf = (trialId: number) => {
    const owner = owners.get(trialId)
    if (owner === undefined) throw noTrial(trialId)
    return owner
  }
  const running = (trialId: number) => {
    const owner = ownerOf(trialId)
    if (owner.entry.state !== 'running') throw wrongState(trialId, owner.entry.state, 'running')
    return owner
  }

  const append = (shelf: Shelf, trial: NewTrial) => {
    const params = storedParams(trial.params ?? {}, trial.distributions ?? {})
    const entry = entryOf({ id: lastTrialId + 1, number: shelf.entries.length, now: now() }, trial, params)
    checkDistributions(shelf, params)
    keepDistributions(shelf, params)
    lastTrialId++
    if (trial.heartbeat) entry.heartbeatAt = now()
    owners.set(entry.id, { shelf, entry })
    shelf.entries.push(entry)
    if (entry.state === 'waiting') shelf.queue.push(entry)
    if (entry.state === 'running') shelf.running.add(entry)
    noteChange(shelf, entry)
    return recordOf(entry)
  }

  return {
    url: 'memory',

    checkpoints(studyId) {
      const held = checkpoints.get(studyId) ?? memoryCheckpoints()
      checkpoints.set(studyId, held)
      return held
    },

    async createStudy(name, directions, systemAttrs = {}) {
      if (names.has(name)) throw nameTaken(name)
      const record: StudyRecord = {
        id: ++lastStudyId,
        name,
        directions: [...directions],
        userAttrs: {},
        systemAttrs: cloneJson(systemAttrs) as Attributes,
      }
      const shelf = newShelf(record)
      shelves.set(record.id, shelf)
      names.set(name, shelf)
      return record
    },

    async findStudy(name) {
      return names.get(name)?.record
    },

    async listStudies() {
      return [...shelves.values()].map(summaryOf)
    },

    async deleteStudy(studyId) {
      const shelf = shelfOf(studyId)
      shelves.delete(studyId)
      checkpoints.delete(studyId)
      names.delete(shelf.record.name)
      for (const entry of shelf.entries) owners.delete(entry.id)
    },

    async setStudyAttr(studyId, kind, key, value) {
      const shelf = shelfOf(studyId)
      const field = attrField(kind)
      shelf.record = { ...shelf.record, [field]: { ...shelf.record[field], [key]: cloneJson(value) } }
    },

    async createTrial(studyId, trial, limit = Number.POSITIVE_INFINITY) {
      const shelf = shelfOf(studyId)
      return shelf.entries.length >= limit ? undefined : append(shelf, trial)
    },

    async claimWaiting(studyId, { systemAttrs, heartbeat = false } = {}) {
      const shelf = shelfOf(studyId)
      const entry = nextWaiting(shelf)
      if (entry === undefined) return undefined
      const attrs = systemAttrs === undefined ? {} : (cloneJson(systemAttrs) as Attributes)
      shelf.queueHead++
      entry.state = 'running'
      entry.startedAt = now()
      if (heartbeat) entry.heartbeatAt = now()
      entry.systemAttrs = { ...entry.systemAttrs, ...attrs }
      shelf.running.add(entry)
      noteChange(shelf, entry)
      return recordOf(entry)
    },

    async setParams(trialId, params, distributions) {
      const { shelf, entry } = running(trialId)
      const added = storedParams(params, distributions)
      const twice = added.find((param) => Object.hasOwn(entry.params, param.name))
      if (twice !== undefined) throw paramTwice(trialId, twice.name)
      checkDistributions(shelf, added)
      keepDistributions(shelf, added)
      addParams(entry, added)
      noteChange(shelf, entry)
    },

    async report(trialId, step, value) {
      const { shelf, entry } = running(trialId)
      if (insertReport(entry, step, value)) noteChange(shelf, entry)
    },

    async setTrialAttr(trialId, kind, key, value) {
      const { shelf, entry } = ownerOf(trialId)
      if (entry.outcome !== undefined) throw wrongState(trialId, entry.state, 'waiting and running')
      const field = attrField(kind)
      entry[field] = { ...entry[field], [key]: cloneJson(value) }
      noteChange(shelf, entry)
    },

    async finish(trialId, outcome, successor) {
      const { shelf, entry } = ownerOf(trialId)
      if (entry.outcome !== undefined) return false
      if (successor !== undefined) append(shelf, successor)
      finishEntry(entry, outcome, now())
      shelf.running.delete(entry)
      noteChange(shelf, entry)
      return true
    },

    async readTrials(studyId, since) {
      return readShelf(shelfOf(studyId), since)
    },

    async heartbeat(trialId) {
      running(trialId).entry.heartbeatAt = now()
    },

    async staleTrials(studyId, graceMs) {
      return staleIn(shelfOf(studyId), now() - graceMs)
    },

    async close() {},
  }
}
