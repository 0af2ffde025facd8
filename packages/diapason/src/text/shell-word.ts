/** A word as a shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** Words as one line for a shell. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ')
}
