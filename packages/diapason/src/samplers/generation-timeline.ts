import { isFinished } from '../trial/trial-record.ts'
import type { Observation } from './observations.ts'

/** Where a search stands after so many generations; never changed. */
export interface GenerationStage {
  /** The number of the first trial that it has not learned from. */
  readonly next: number
  /** Size of the next generation. */
  readonly population: number
}

/** How a search goes from one generation to the next: pure functions. */
export interface GenerationCourse<Stage extends GenerationStage> {
  /** The first generation is the trials before this number. */
  readonly startupTrials: number
  /** @param startup the first trials by ascending number, finished or not */
  first(startup: readonly Observation[]): Stage
  /** @param generation the trials of the stage's numbers, finished or not */
  next(stage: Stage, generation: readonly Observation[]): Stage
}

/** So many stages are kept, for trials that end after younger ones. */
const KEPT_STAGES = 16

interface Milestone<Stage> {
  readonly stage: Stage
  /** Index of the first observation that the stage has not learned from. */
  readonly end: number
  /** Observations before this index decided that the stage was reached. */
  readonly decidedBy: number
}

/** The stage that a search has reached, generation by generation. */
export interface GenerationTimeline<Stage> {
  /**
   * A generation is the trials of so many numbers in a row. It counts once all of them have finished; or once half of them
   * have and as many later ones, so that a lost worker holds nothing up.
   * @param observations by ascending number
   * @param unchanged    of these, how many are the same as in the last call
   * @param asked        the number of the trial that is asked for
   * @returns undefined while the first trials are not done
   */
  at(observations: readonly Observation[], unchanged: number, asked: number): Stage | undefined
}

/** Follows a search; what did not change since the last call is not learned again. */
export function createTimeline<Stage extends GenerationStage>(
  course: GenerationCourse<Stage>,
): GenerationTimeline<Stage> {
  let milestones: Milestone<Stage>[] = []

  /** The next generation, or why there is none yet. */
  function generationAfter(
    observations: readonly Observation[],
    begin: number,
    endNumber: number,
    asked: number,
  ): { members: readonly Observation[]; end: number; decidedBy: number } | undefined {
    const newest = observations.at(-1)?.trial.number ?? -1
    if (Math.max(newest + 1, asked) < endNumber) return undefined
    let end = begin
    let finished = 0
    for (; end < observations.length && observations[end]!.trial.number < endNumber; end++)
      if (isFinished(observations[end]!.trial)) finished++
    const members = observations.slice(begin, end)
    if (finished === members.length) return { members, end, decidedBy: end }
    if (finished < members.length / 2) return undefined
    let later = 0
    for (let i = end; i < observations.length; i++) {
      if (isFinished(observations[i]!.trial)) later++
      if (later === members.length) return { members, end, decidedBy: i + 1 }
    }
    return undefined
  }

  return {
    at(observations, unchanged, asked) {
      while (milestones.length > 0 && milestones.at(-1)!.decidedBy > unchanged) milestones.pop()
      let last = milestones.at(-1)
      while (true) {
        const endNumber = last === undefined ? course.startupTrials : last.stage.next + last.stage.population
        const generation = generationAfter(observations, last?.end ?? 0, endNumber, asked)
        if (generation === undefined) return last?.stage
        const { members, end, decidedBy } = generation
        const stage = last === undefined ? course.first(members) : course.next(last.stage, members)
        last = { stage, end, decidedBy: Math.max(decidedBy, last?.decidedBy ?? 0) }
        milestones.push(last)
        if (milestones.length > KEPT_STAGES) milestones = milestones.slice(-KEPT_STAGES)
      }
    },
  }
}
