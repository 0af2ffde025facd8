import { OptionError } from '../../errors.ts'

/** What a placeholder stands for in one trial; undefined where the parameter takes no part in it. */
export type Lookup = (name: string) => string | readonly string[] | undefined

/** A piece of a template: text as it is, or the name of a placeholder. */
export type Part = string | { readonly name: string }

// `{name}` is a placeholder; `${name}` is the shell's, and `{{name}}` stands for `{name}` itself.
const PLACEHOLDER = /(?<!\$)\{\{([\w.-]+)\}\}|(?<![${])\{([A-Za-z_][\w.-]*)\}/g

/** Splits a text at its placeholders. */
export function parseParts(text: string): readonly Part[] {
  const parts: Part[] = []
  let from = 0
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [whole, literal, name] = match
    if (match.index > from) parts.push(text.slice(from, match.index))
    parts.push(name === undefined ? `{${literal}}` : { name })
    from = match.index + whole.length
  }
  if (from < text.length) parts.push(text.slice(from))
  return parts
}

/** The names of a text's placeholders, each once. */
export function placeholdersOf(text: string): readonly string[] {
  return [...new Set(parseParts(text).flatMap((part) => (typeof part === 'string' ? [] : [part.name])))]
}

/** Fills a text; undefined where a placeholder stands for nothing in this trial. */
export function fillText(text: string, lookup: Lookup): string | undefined {
  let filled = ''
  for (const part of parseParts(text)) {
    const value = typeof part === 'string' ? part : lookup(part.name)
    if (value === undefined) return undefined
    filled += typeof value === 'string' ? value : value.join(' ')
  }
  return filled
}

/**
 * Fills the words of a command. A word whose placeholder stands for nothing in this trial is left out, together with the
 * flag before it; a word that is only a placeholder may become several.
 * @throws {OptionError} where nothing is left
 */
export function fillWords(words: readonly string[], lookup: Lookup): [program: string, ...args: string[]] {
  const filled: string[] = []
  for (const [i, word] of words.entries()) {
    const [only, ...more] = parseParts(word)
    const list = more.length === 0 && typeof only === 'object' ? lookup(only.name) : undefined
    if (Array.isArray(list)) {
      filled.push(...list)
      continue
    }
    const text = fillText(word, lookup)
    if (text !== undefined) filled.push(text)
    else if (takesNext(words[i - 1], word)) filled.pop()
  }
  const [program, ...args] = filled
  if (program === undefined) throw new OptionError('The command is empty', 'Give a program and its arguments')
  return [program, ...args]
}

/** Is the one a flag whose value is the other? */
export function takesNext(flag: string | undefined, value: string): boolean {
  return flag !== undefined && /^--?[A-Za-z][\w.-]*$/.test(flag) && !/^["']?-/.test(value)
}
