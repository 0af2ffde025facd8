import { DiapasonError, messageOf } from '../../errors.ts'
import { RunFailed } from '../exit-codes.ts'

/** What `@diapason/neural` exports; it is loaded on demand, as its dependency is heavy. */
export type Neural = typeof import('@diapason/neural')

/** Loads the package that has the networks. @throws {DiapasonError} where it is missing; `what` says for what it is needed */
export async function loadNeural(what: string): Promise<Neural> {
  checkNeural(what)
  return import('@diapason/neural')
}

/** @throws {DiapasonError} where the package with the networks is missing */
export function checkNeural(what: string): void {
  try {
    import.meta.resolve('@diapason/neural')
  } catch {
    throw new DiapasonError(
      `${what} with @diapason/neural, which is not installed`,
      'Install it: npm install @diapason/neural',
    )
  }
}

/** Turns the package's own errors into the command line's: bad data is the user's to mend, a failed run is not. */
export async function withNeuralErrors<T>({ NeuralError, ...neural }: Neural, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof NeuralError)) throw error
    const isData = error instanceof neural.DataError || error instanceof neural.CheckpointError
    const [problem, remedy] = problemAndRemedy(messageOf(error))
    throw isData ? new DiapasonError(problem, remedy) : new RunFailed(problem, remedy)
  }
}

/** Takes a message of problem and remedy apart again, so that another error says both once. */
function problemAndRemedy(message: string): [problem: string, remedy: string] {
  const text = message.trim().replace(/\.$/, '')
  const cut = text.lastIndexOf('. ')
  return cut < 0 ? [text, 'Correct it'] : [text.slice(0, cut), text.slice(cut + 2)]
}
