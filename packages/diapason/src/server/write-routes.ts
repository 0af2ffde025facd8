import { isParamValue, type ParamValue } from '../space/distribution.ts'
import { type ControlCommand, setControl } from '../study/control.ts'
import { HttpError } from './http-error.ts'
import { json } from './json-response.ts'
import { writeNote } from './notes.ts'
import { studyId, trialOf } from './read-routes.ts'
import type { Route, RouteCall } from './router.ts'
import type { StudyShelf } from './study-shelf.ts'

/** Longest note, in characters. */
const LONGEST_NOTE = 20_000
const MOST_PARAMS = 1000

/** Everything that changes something. */
export function writeRoutes(shelf: StudyShelf, onError: (error: unknown) => void): readonly Route[] {
  return [
    [
      'POST',
      '/api/studies/:id/enqueue',
      async (call) => {
        const id = studyId(call)
        const { study } = await shelf.open(id)
        const params = paramsOf((await bodyOf(call)).params)
        const number = await study.enqueue(params)
        shelf.forget(id)
        return json({ number }, 201)
      },
    ],
    [
      'POST',
      '/api/studies/:id/control',
      async (call) => {
        const id = studyId(call)
        await shelf.open(id)
        const command = commandOf(await bodyOf(call))
        await setControl(shelf.storage, id, { command, at: Date.now() })
        shelf.forget(id)
        return json({ command })
      },
    ],
    [
      'PUT',
      '/api/studies/:id/note',
      async (call) => {
        const id = studyId(call)
        const { record } = await shelf.open(id)
        await writeNote(shelf.storage, record, noteOf(await bodyOf(call)))
        shelf.forget(id)
        return json({ saved: true })
      },
    ],
    [
      'PUT',
      '/api/studies/:id/trials/:number/note',
      async (call) => {
        const id = studyId(call)
        const opened = await shelf.open(id)
        await writeNote(shelf.storage, opened.record, noteOf(await bodyOf(call)), trialOf(opened, call).id)
        shelf.forget(id)
        return json({ saved: true })
      },
    ],
    [
      'POST',
      '/api/studies/:id/delete',
      async (call) => {
        const id = studyId(call)
        const { study } = await shelf.open(id)
        // A name that must be typed again is a question that cannot be answered by accident.
        if ((await bodyOf(call)).name !== study.name)
          throw new HttpError(409, 'Send the name of the study to delete it')
        shelf.deleteSoon(id, onError)
        return json({ undo: true }, 202)
      },
    ],
    [
      'POST',
      '/api/studies/:id/undelete',
      (call) => {
        if (!shelf.undoDelete(studyId(call))) throw new HttpError(410, 'It is too late: the study has been deleted')
        return json({ kept: true })
      },
    ],
  ]
}

/** The object that a request carries. @throws {HttpError} 400 where it carries none */
async function bodyOf({ request }: RouteCall): Promise<Readonly<Record<string, unknown>>> {
  let body: unknown
  try {
    body = JSON.parse(await request.text())
  } catch (error) {
    if (error instanceof HttpError) throw error
    throw new HttpError(400, 'The body is not JSON')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new HttpError(400, 'Send a JSON object')
  return body as Readonly<Record<string, unknown>>
}

function paramsOf(params: unknown): { [path: string]: ParamValue } {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new HttpError(400, 'Send { "params": { path: value, … } }')
  }
  const entries = Object.entries(params)
  if (entries.length > MOST_PARAMS) throw new HttpError(400, `More than ${MOST_PARAMS} parameters`)
  for (const [path, value] of entries) {
    if (!isParamValue(value))
      throw new HttpError(400, `The value of "${path}" is neither text, number, true, false nor null`)
  }
  return Object.fromEntries(entries)
}

function commandOf({ command }: Readonly<Record<string, unknown>>): ControlCommand {
  if (command === 'run' || command === 'pause' || command === 'stop') return command
  throw new HttpError(400, 'Send { "command": "run" }, "pause" or "stop"')
}

function noteOf({ note }: Readonly<Record<string, unknown>>): string {
  if (typeof note !== 'string') throw new HttpError(400, 'Send { "note": "…" }')
  if (note.length > LONGEST_NOTE) throw new HttpError(413, `A note holds at most ${LONGEST_NOTE} characters`)
  return note
}
