/** Roughly how many average characters wide a text is: wide ones (CJK, emoji) count twice. */
export function displayLength(content: string): number {
  let length = 0
  for (const character of content) length += (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1
  return length
}

/** A text no longer than `most` characters, the middle left out: names differ at both ends. */
export function shortened(content: string, most: number): string {
  const characters = [...content.replaceAll(/\s+/g, ' ')]
  if (characters.length <= most) return characters.join('')
  const head = Math.ceil((most - 1) / 2)
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (most - 1 - head)).join('')}`
}
