/**
 * Every error that Diapason raises on purpose. The message says what is wrong, what came, and what to do.
 *
 * @example
 * try { await study.optimize(objective) } catch (error) { if (error instanceof DiapasonError) console.error(error.message) }
 */
export class DiapasonError extends Error {
  override readonly name: string = 'DiapasonError'

  /**
   * @param problem what is wrong and what came, without a final full stop
   * @param remedy  what to do about it, a full sentence without a final full stop
   */
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem}. ${remedy}.`, options)
  }
}

/** A search space that cannot be searched, or values that do not fit one; `path` names the parameter (`optimizer.sgd.momentum`). */
export class SpaceError extends DiapasonError {
  override readonly name = 'SpaceError'
  readonly path: string

  constructor(path: string, problem: string, remedy: string) {
    super(path === '' ? problem : `Parameter "${path}": ${problem}`, remedy)
    this.path = path
  }
}

/** An option outside its range, or options that exclude each other. */
export class OptionError extends DiapasonError {
  override readonly name = 'OptionError'
}

/** A study or a trial used in a way its state does not allow: a name taken, a finished trial told again, nothing complete yet. */
export class StudyError extends DiapasonError {
  override readonly name = 'StudyError'
}

/** The storage could not read or write: a corrupt file, a newer schema, a full disk, a lost connection. */
export class StorageError extends DiapasonError {
  override readonly name = 'StorageError'
  /** Nobody answered, or not yet: the same step may well succeed later. */
  readonly isUnreachable: boolean

  constructor(problem: string, remedy: string, options: ErrorOptions & { readonly isUnreachable?: boolean } = {}) {
    super(problem, remedy, options)
    this.isUnreachable = options.isUnreachable ?? false
  }
}

/** An engine that starts workers (Slurm, SSH, Ray, Kubernetes) cannot be reached, or refused. */
export class LaunchError extends DiapasonError {
  override readonly name = 'LaunchError'
}

/**
 * Thrown by `trial.report` inside an objective when the trial should stop; let it pass through.
 * The trial ends as pruned, with its last report as value.
 */
export class TrialPruned extends DiapasonError {
  override readonly name = 'TrialPruned'

  constructor(reason = 'The trial was pruned') {
    super(reason, 'Let this error leave the objective')
  }
}

/** The reason of a trial's `signal` when it ran longer than `trialTimeout`. */
export class TrialTimedOut extends DiapasonError {
  override readonly name = 'TrialTimedOut'
}

/** The reason of a trial's `signal` when its study stops before the trial has ended. */
export class StudyStopped extends DiapasonError {
  override readonly name = 'StudyStopped'
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message
  return String(thrown)
}
