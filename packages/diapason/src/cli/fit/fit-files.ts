import { shellWord } from '../../text/shell-word.ts'
import { programName } from '../text/command-line.ts'

/** What the folder of a fit holds. */
export const MODEL = 'model.safetensors'
export const CARD = 'card.md'
export const CARD_DATA = 'card.json'
export const STUDY_FILE = 'study.db'

/** A command to copy: `diapason predict houses-price new.csv`. */
export const fileCommand = (command: string, words: readonly string[]): string =>
  [programName(), command, ...words.map(shellWord)].join(' ')
