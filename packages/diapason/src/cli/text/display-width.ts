import { stripVTControlCharacters } from 'node:util'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

// East Asian Width W and F of Unicode 16 in coarse ranges; emoji are told by their own property.
const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
]
const INVISIBLE = /^[\p{Control}\p{Format}\p{Mark}\p{Surrogate}]+$/u
const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\uFE0F/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
const ESCAPES = /\u001b\[[0-9;:?]*[ -/]*[@-~]/y
const PLAIN_ASCII = /^[\x20-\x7e]*$/

/** How many cells of a terminal a text takes; escape sequences take none, wide characters two. */
export function displayWidth(text: string): number {
  if (PLAIN_ASCII.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += graphemeWidth(segment)
  return width
}

function graphemeWidth(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0
  if (EMOJI.test(grapheme)) return 2
  const code = grapheme.codePointAt(0) ?? 0
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

/**
 * A text of at most `width` cells: what does not fit is cut and ends in `…`. Colours are kept and closed.
 * Control characters are dropped: a stored name must not move the cursor.
 */
export function fitted(text: string, width: number): string {
  const clean = withoutControls(text)
  if (displayWidth(clean) <= width) return clean
  if (width <= 0) return ''
  let out = ''
  let used = 0
  let isStyled = false
  let at = 0
  while (at < clean.length) {
    ESCAPES.lastIndex = at
    const sequence = ESCAPES.exec(clean)?.[0]
    if (sequence !== undefined) {
      out += sequence
      isStyled = true
      at += sequence.length
      continue
    }
    const next = clean.indexOf('\u001b', at)
    for (const { segment } of graphemes.segment(next < 0 ? clean.slice(at) : clean.slice(at, next))) {
      const cells = graphemeWidth(segment)
      if (used + cells > width - 1) return `${out}…${isStyled ? '\u001b[0m' : ''}`
      out += segment
      used += cells
      at += segment.length
    }
  }
  return out
}

/** A text of exactly `width` cells, cut or filled with spaces on the right (or on the left). */
export function padded(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const short = fitted(text, width)
  const gap = ' '.repeat(Math.max(0, width - displayWidth(short)))
  return side === 'left' ? short + gap : gap + short
}

/** Everything but colours and printable characters becomes a space or disappears. */
export function withoutControls(text: string): string {
  if (PLAIN_ASCII.test(text)) return text
  let out = ''
  let at = 0
  while (at < text.length) {
    ESCAPES.lastIndex = at
    const sequence = ESCAPES.exec(text)?.[0]
    if (sequence !== undefined) {
      if (sequence.endsWith('m')) out += sequence
      at += sequence.length
      continue
    }
    const char = text[at] ?? ''
    const code = char.charCodeAt(0)
    if (char === '\n' || char === '\t' || char === '\r') out += ' '
    else if (!(code < 0x20 || (code >= 0x7f && code < 0xa0))) out += char
    at++
  }
  return out
}

/** Breaks a text at spaces into lines of at most `width` cells; a longer word is cut. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of withoutControls(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (displayWidth(longer) <= width || line === '') line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  lines.push(line)
  return lines.map((each) => fitted(each, width))
}
