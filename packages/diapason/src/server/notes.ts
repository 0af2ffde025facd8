// Notes where optuna-dashboard keeps them: system attributes of the study, the text in pieces.
import type { Storage, StudyRecord } from '../storage/storage.ts'

/** Longest piece; Optuna's attributes hold 2,048 characters. */
const PIECE = 2045

const keyOf = (trialId: number | undefined): string =>
  trialId === undefined ? 'dashboard:note_' : `dashboard:${trialId}:note_`

/** The note on a study, or on one of its trials; empty where there is none. */
export function readNote({ systemAttrs }: StudyRecord, trialId?: number): string {
  const start = `${keyOf(trialId)}str:`
  let note = ''
  for (let i = 0; ; i++) {
    const piece = systemAttrs[`${start}${i}`]
    if (typeof piece !== 'string') return note
    note += piece
  }
}

/** Replaces a note. */
export async function writeNote(storage: Storage, record: StudyRecord, note: string, trialId?: number): Promise<void> {
  const key = keyOf(trialId)
  const version = record.systemAttrs[`${key}ver`]
  const pieces = Math.max(1, Math.ceil(note.length / PIECE))
  const set = (name: string, value: unknown) => storage.setStudyAttr(record.id, 'system', name, value)
  for (let i = 0; i < pieces; i++) await set(`${key}str:${i}`, note.slice(i * PIECE, (i + 1) * PIECE))
  // A longer note before leaves pieces behind; an empty one ends nothing, but adds nothing either.
  for (let i = pieces; typeof record.systemAttrs[`${key}str:${i}`] === 'string'; i++) await set(`${key}str:${i}`, '')
  await set(`${key}ver`, (typeof version === 'number' ? version : 0) + 1)
}
