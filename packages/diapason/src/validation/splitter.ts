import { OptionError } from '../errors.ts'

/** A class or a group, as the data names it. */
export type Label = number | string | boolean

/** What a splitter may look at; it never sees the inputs. */
export interface Examples {
  readonly count: number
  /** One class an example; needed by stratified splitters. */
  readonly labels?: ArrayLike<Label>
  /** One group an example (a patient, a day, a shop); needed by group splitters. */
  readonly groups?: ArrayLike<Label>
}

/** One way to take examples apart: places of those to train on and of those to score. */
export interface Split {
  readonly train: Int32Array
  readonly test: Int32Array
}

/**
 * Takes examples apart into parts to train on and parts to score, several times. A pure function: the same examples
 * give the same splits in every process, so that folds finished before a restart stay valid.
 */
export interface Splitter {
  /** Kebab-case: `stratified-k-fold`. */
  readonly name: string
  /** @throws {OptionError} where the examples cannot be split so */
  split(examples: Examples): readonly Split[]
  /** What is worth knowing about these examples, as sentences: classes too rare for every fold, for instance. */
  notes?(examples: Examples): readonly string[]
}

/** Options of splitters that can shuffle. */
export interface ShuffleOptions {
  /** Shuffles, as scikit-learn's `shuffle=True, random_state=seed` does; whole number in [0, 2^32). Without: in the order given. */
  readonly seed?: number
}

export function checkSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed
  throw new OptionError(`The seed of a splitter is ${seed}`, 'Give a whole number from 0 to 4294967295')
}

/** The labels or groups of examples. @throws {OptionError} where they are missing or do not pair with the examples */
export function columnOf(name: string, kind: 'labels' | 'groups', examples: Examples): ArrayLike<Label> {
  const column = examples[kind]
  if (column === undefined) throw new OptionError(`${name} got no ${kind}`, `Give one of the ${kind} for each example`)
  if (column.length !== examples.count) {
    throw new OptionError(
      `${name} got ${examples.count} examples and ${column.length} ${kind}`,
      `Give one of the ${kind} for each example`,
    )
  }
  return column
}

/** Splits by the fold that each example is scored in; −1 is never scored. Places ascend. */
export function splitsByFold(foldOf: ArrayLike<number>, folds: number): readonly Split[] {
  return Array.from({ length: folds }, (_, fold) => {
    const train: number[] = []
    const test: number[] = []
    for (let i = 0; i < foldOf.length; i++) (foldOf[i] === fold ? test : train).push(i)
    return { train: Int32Array.from(train), test: Int32Array.from(test) }
  })
}
