import { type Lookup, parseParts, takesNext } from './template.ts'

type Quotes = 'none' | 'single' | 'double'

/**
 * Fills a text that a shell will read, so that each value stays one word whatever it holds: quoted where it stands
 * bare, escaped where it stands in quotes. A value that takes no part in this trial leaves its word and the flag before it out.
 */
export function fillShellText(text: string, lookup: Lookup): string {
  return shellWords(text)
    .map((word, i, words) => (isLeftOut(word, i, words, lookup) ? '' : fillWord(word.text, lookup) + word.space))
    .join('')
}

interface ShellWord {
  readonly text: string
  /** What separates it from the next one. */
  readonly space: string
}

/** Words as a shell splits them, quotes and all. */
function shellWords(text: string): ShellWord[] {
  const words = text.match(/(?:\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\S)+\s*|^\s+/g) ?? []
  return words.map((word) => {
    const bare = word.trimEnd()
    return { text: bare, space: word.slice(bare.length) }
  })
}

function isLeftOut({ text }: ShellWord, i: number, words: readonly ShellWord[], lookup: Lookup): boolean {
  const lacks = (word: string) =>
    parseParts(word).some((part) => typeof part !== 'string' && lookup(part.name) === undefined)
  if (lacks(text)) return true
  const next = words[i + 1]?.text ?? ''
  return lacks(next) && takesNext(text, next)
}

function fillWord(word: string, lookup: Lookup): string {
  let filled = ''
  let quotes: Quotes = 'none'
  for (const part of parseParts(word)) {
    if (typeof part === 'string') {
      filled += part
      quotes = quotesAfter(part, quotes)
      continue
    }
    const value = lookup(part.name) ?? ''
    filled += typeof value === 'string' ? quoted(value, quotes) : value.map((each) => quoted(each, quotes)).join(' ')
  }
  return filled
}

function quotesAfter(text: string, before: Quotes): Quotes {
  let quotes = before
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '\\' && quotes !== 'single') i++
    else if (char === "'" && quotes !== 'double') quotes = quotes === 'single' ? 'none' : 'single'
    else if (char === '"' && quotes !== 'single') quotes = quotes === 'double' ? 'none' : 'double'
  }
  return quotes
}

function quoted(value: string, quotes: Quotes): string {
  if (process.platform === 'win32') return quotes === 'none' && /[^\w@%+=:,./\\-]/.test(value) ? `"${value}"` : value
  if (quotes === 'single') return value.replaceAll("'", "'\\''")
  if (quotes === 'double') return value.replaceAll(/[\\"$`]/g, '\\$&')
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}
