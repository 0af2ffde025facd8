import { CONTINUE, type Pruner } from './pruner.ts'

/**
 * Never stops a trial: for objectives that are cheap, or whose early reports say little about the end.
 *
 * @example
 * await createStudy({ name: 'slow starters', goals: { loss: 'minimize' }, space, pruner: noPruner() })
 */
export function noPruner(): Pruner {
  return { name: 'none', decide: () => CONTINUE }
}
