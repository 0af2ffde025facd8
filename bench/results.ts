import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = join(import.meta.dirname, 'RESULTS.md')
const HEAD = '# Measured\n\nEvery table here was written by the script it names; wins and losses alike.\n'

/** Replaces one section of RESULTS.md, or appends it; the others stay as they are. */
export function writeSection(name: string, markdown: string): void {
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEAD
  const begin = `<!-- begin ${name} -->`
  const end = `<!-- end ${name} -->`
  const section = `${begin}\n${markdown.trim()}\n${end}`
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  writeFileSync(
    FILE,
    from >= 0 && to > from
      ? text.slice(0, from) + section + text.slice(to + end.length)
      : `${text.trimEnd()}\n\n${section}\n`,
  )
}
