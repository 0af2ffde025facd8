import { DiapasonError } from '../errors.ts'

/** An expression that cannot be read, or that makes no sense; `offset` is the character at which it goes wrong, from 0. */
export class ExpressionError extends DiapasonError {
  override readonly name = 'ExpressionError'
  readonly offset: number
  readonly problem: string
  readonly remedy: string

  constructor(offset: number, problem: string, remedy: string) {
    super(`Character ${offset + 1}: ${problem}`, remedy)
    this.offset = offset
    this.problem = problem
    this.remedy = remedy
  }
}
