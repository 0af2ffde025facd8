const CANDIDATES = [',', ';', '\t', '|'] as const

/** What separates the cells of a text's first line: of comma, semicolon, tab and bar the most frequent one outside quotes. */
export function likelyDelimiter(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/)).replaceAll(/"[^"]*"/g, '')
  const counts = CANDIDATES.map((candidate) => line.split(candidate).length)
  return CANDIDATES[counts.indexOf(Math.max(...counts))] ?? ','
}
