/** What one worker needs; undefined: what the engine gives. */
export interface WorkerResources {
  readonly cpus?: number
  readonly gpus?: number
  readonly memoryMb?: number
  /** Wall time after which the engine ends it. */
  readonly timeMs?: number
}

/** Workers of one study that are started together and stopped together. */
export interface Fleet {
  /** Lower-case letters, digits and hyphens: every engine takes it as a name. */
  readonly name: string
  readonly workers: number
  /** The words of one worker: `node`, `main.ts`, `worker`, … */
  readonly command: readonly string[]
  /** Where workers run; undefined: where the engine puts them. */
  readonly directory: string | undefined
  /** What no process list may show: the database's password. */
  readonly secrets: { readonly [variable: string]: string }
  readonly resources: WorkerResources
}

/** A worker as its engine knows it. */
export interface LaunchedWorker {
  readonly fleet: string
  /** By which the engine's own commands know it. */
  readonly id: string
  readonly state: 'waiting' | 'running' | 'ending' | 'done' | 'failed'
  /** The machine, or why it waits. */
  readonly where: string
}

/**
 * Starts workers on somebody else's machines. It remembers nothing: which workers there are is what the engine says,
 * so that fleets are listed and stopped from anywhere. Workers that an engine starts twice, or loses, are no concern
 * of its: leases in the storage see to that.
 */
export interface Launcher {
  /** What `start` would hand to the engine, secrets masked, as a file that a person may change and use. */
  plan(fleet: Fleet): string
  /** @returns a line for people on what was started @throws {LaunchError} where the engine cannot be reached or refuses */
  start(fleet: Fleet): Promise<string>
  /** Workers of one fleet, or of all. Engines forget those that have ended at different times. */
  list(fleet?: string): Promise<readonly LaunchedWorker[]>
  /** Asks every worker of a fleet to end, which it takes for a pause. @returns how many were asked */
  stop(fleet: string): Promise<number>
}

/** What fleets are known by among the jobs of others. */
export const JOB_PREFIX = 'diapason-'
