import type { Storage } from '../storage/storage.ts'
import type { Attributes } from '../trial/trial-record.ts'
import { ATTR } from './study-parts.ts'

/** What somebody asked of all processes that run a study: go on, start nothing for a while, or come to an end. */
export type ControlCommand = 'run' | 'pause' | 'stop'

/** A command and when it was given, in milliseconds since 1970. */
export interface Control {
  readonly command: ControlCommand
  readonly at: number
}

/** How often a run asks whether it may go on. */
export const CONTROL_POLL_MS = 1000

/** The command that stands; undefined where nobody gave one. */
export function controlOf(systemAttrs: Attributes): Control | undefined {
  const held = systemAttrs[ATTR.control]
  if (typeof held !== 'object' || held === null || !('command' in held) || !('at' in held)) return undefined
  const { command, at } = held
  const isKnown = command === 'run' || command === 'pause' || command === 'stop'
  return isKnown && typeof at === 'number' ? { command, at } : undefined
}

/** Gives a command to every process that runs the study, on whatever machine; each heeds it within a second or two. */
export function setControl(storage: Storage, studyId: number, control: Control): Promise<void> {
  return storage.setStudyAttr(studyId, 'system', ATTR.control, control)
}

/** What a run is to do now. */
export interface ControlReader {
  /** At most one question to the storage in {@link CONTROL_POLL_MS}; none in the first. */
  read(): Promise<ControlCommand>
}

/**
 * Reads the commands for one run. A pause holds until it is lifted; a stop ends the runs that were there when it was given, not
 * those that somebody starts later.
 * @param study     as it was when it was opened
 * @param startedAt when the run began, in milliseconds since 1970
 */
export function createControlReader(
  storage: Storage,
  study: { readonly id: number; readonly name: string; readonly systemAttrs: Attributes },
  startedAt: number,
): ControlReader {
  let control = controlOf(study.systemAttrs)
  let askedAt = performance.now()
  return {
    async read() {
      const now = performance.now()
      if (now - askedAt >= CONTROL_POLL_MS) {
        askedAt = now
        const record = await storage.findStudy(study.name)
        if (record?.id === study.id) control = controlOf(record.systemAttrs)
      }
      if (control?.command === 'stop') return control.at >= startedAt ? 'stop' : 'run'
      return control?.command ?? 'run'
    },
  }
}
