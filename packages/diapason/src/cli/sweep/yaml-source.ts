import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { StudyFileError } from '../../runner/study-file.ts'

/** A YAML or JSON file that was read, which knows where each value stands. */
export interface YamlSource {
  readonly data: unknown
  /** `sweep.yaml:7:3`: where the value (or the key) at the end of a path stands, or the nearest thing above it that is there. */
  placeOf(path: readonly PropertyKey[], which?: 'value' | 'key'): string
  /** Where in the text at the end of a path a character stands; the text's begin where it is folded or escaped. */
  placeIn(path: readonly PropertyKey[], character: number): string
}

/** Reads YAML; JSON is YAML too. @throws {StudyFileError} with line and column */
export function parseYaml(text: string, name: string): YamlSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  const [error] = document.errors
  if (error !== undefined) {
    const [first = error.message] = error.message.split('\n')
    throw new StudyFileError(`${place(error.pos[0])}: ${first.replace(/\.$/, '')}`, 'Mend the YAML')
  }
  return {
    data: document.toJS(),
    placeOf: (path, which = 'value') => place(offsetOf(document, path, which)),
    placeIn(path, character) {
      const node = document.getIn(path, true)
      const [start, end] = (isNode(node) ? node.range : undefined) ?? [offsetOf(document, path, 'value'), 0]
      const shift = isScalar(node) ? text.slice(start, end).indexOf(String(node.value)) : -1
      return place(start + (shift < 0 ? 0 : shift + character))
    },
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[], which: 'value' | 'key'): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      if (!isPair(pair)) return offset
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(key)]
      offset = startOf(node) ?? offset
    } else return offset
  }
  // A value on the key's own line is where the mistake is; a block below is named by its key.
  return which === 'value' && isScalar(node) && node.value !== null ? (startOf(node) ?? offset) : offset
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined
}
