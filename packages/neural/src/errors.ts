/** Base of every error this package throws on purpose. */
export class NeuralError extends Error {
  override readonly name: string = 'NeuralError'
}

/** A network, loss or optimiser description that cannot be built. `where` names the layer or the option. */
export class NetworkError extends NeuralError {
  override readonly name = 'NetworkError'
  readonly where: string

  constructor(where: string, problem: string, advice: string) {
    super(`${where}: ${problem}. ${advice}.`)
    this.where = where
  }
}

/** Data that cannot be read or does not fit: wrong lengths, an empty part, a label that no class has. */
export class DataError extends NeuralError {
  override readonly name = 'DataError'

  constructor(problem: string, advice: string, options?: ErrorOptions) {
    super(`${problem}. ${advice}.`, options)
  }
}

/** The runtime that executes the graphs is missing or refused a graph. */
export class RuntimeError extends NeuralError {
  override readonly name = 'RuntimeError'

  constructor(problem: string, advice: string, options?: ErrorOptions) {
    super(`${problem}. ${advice}.`, options)
  }
}

/** A checkpoint or saved model that cannot be written, read or gone on from. */
export class CheckpointError extends NeuralError {
  override readonly name = 'CheckpointError'

  constructor(problem: string, advice: string, options?: ErrorOptions) {
    super(`${problem}. ${advice}.`, options)
  }
}

/** The time given was too short for anything worth keeping. */
export class BudgetError extends NeuralError {
  override readonly name = 'BudgetError'

  constructor(problem: string, advice: string, options?: ErrorOptions) {
    super(`${problem}. ${advice}.`, options)
  }
}

/** Which loss went wrong when training diverged. */
export type DivergenceKind = 'trainingLoss' | 'validationLoss'

/** Training produced a loss that is not finite, or far beyond the first one; the numbers say where. */
export class DivergenceError extends NeuralError {
  override readonly name = 'DivergenceError'
  readonly kind: DivergenceKind
  /** 'notFinite': NaN or infinite; 'exploded': beyond the limit, see `EXPLOSION` in train/divergence.ts. */
  readonly reason: 'notFinite' | 'exploded'
  /** The epoch, from 1, in which it happened. */
  readonly epoch: number
  /** The optimiser step, from 1 over the whole training, after which it was seen. */
  readonly step: number
  /** The loss. */
  readonly value: number

  constructor(at: {
    readonly kind: DivergenceKind
    readonly epoch: number
    readonly step: number
    readonly value: number
    readonly limit: number
    readonly learningRate: number
  }) {
    const what = at.kind === 'trainingLoss' ? 'training loss' : 'validation loss'
    const reason = Number.isFinite(at.value) ? 'exploded' : 'notFinite'
    const beyond = reason === 'exploded' ? `, beyond the limit of ${at.limit},` : ''
    super(
      `The ${what} became ${at.value}${beyond} in epoch ${at.epoch}, step ${at.step} (learning rate ${at.learningRate}). ` +
        'Lower the learning rate, or check the data for values that are not finite or very large.',
    )
    this.kind = at.kind
    this.reason = reason
    this.epoch = at.epoch
    this.step = at.step
    this.value = at.value
  }
}
