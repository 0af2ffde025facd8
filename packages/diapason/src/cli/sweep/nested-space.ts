import { SpaceError } from '../../errors.ts'
import { branch, type Entries, repeat, type SpaceNode } from '../../space/nodes.ts'

/** A parameter by its path as it is typed: `lr`, `optimizer.sgd.momentum`, `layers[].units`. */
export type PathNode = readonly [path: string, node: SpaceNode]

/**
 * Builds a space from parameters by path. Options that have parameters of their own become a branch
 * (`optimizer=adam|sgd` with `optimizer.sgd.momentum`), a count becomes a repeat (`layers=1..4` with `layers[].units`).
 * @throws {SpaceError} where a parent is missing or of another kind, or a path comes twice
 */
export function nestedSpace(list: readonly PathNode[]): Entries {
  return nest(list.map(([path, node]) => ({ rest: path.split('.'), path, node })))
}

interface Item {
  /** What is left of the path. */
  readonly rest: readonly string[]
  readonly path: string
  readonly node: SpaceNode
}

function nest(items: readonly Item[]): Entries {
  const heads = new Map<string, Item[]>()
  for (const item of items) {
    const head = (item.rest[0] ?? '').replace(/\[\]$/, '')
    heads.set(head, [...(heads.get(head) ?? []), item])
  }
  return Object.fromEntries([...heads].map(([head, group]) => [head, nodeOf(group)]))
}

function nodeOf(group: readonly Item[]): SpaceNode {
  const [own, second] = group.filter(({ rest }) => rest.length === 1 && !rest[0]?.endsWith('[]'))
  const below = group.filter((item) => item !== own)
  if (second !== undefined) throw new SpaceError(second.path, 'it is declared twice', 'Leave one of them out')
  const [first] = below
  if (first === undefined && own !== undefined) return own.node
  const parent = parentPath(first ?? group[0])
  if (own === undefined) {
    throw new SpaceError(first?.path ?? '', `there is no parameter "${parent}" that it depends on`, `Declare ${parent}`)
  }
  return first?.rest[0]?.endsWith('[]') ? repeatOf(own, below) : branchOf(own, below)
}

function parentPath(item: Item | undefined): string {
  const parts = item?.path.split('.') ?? []
  return parts
    .slice(0, parts.length - (item?.rest.length ?? 0) + 1)
    .join('.')
    .replace(/\[\]$/, '')
}

function repeatOf({ node, path }: Item, below: readonly Item[]): SpaceNode {
  const other = below.find(({ rest }) => !rest[0]?.endsWith('[]') || rest.length < 2)
  if (other !== undefined) throw new SpaceError(other.path, `"${path}" is repeated`, `Write ${path}[].NAME`)
  if (node.kind !== 'int') {
    throw new SpaceError(path, `it is repeated and its count is a ${node.kind}`, `Write ${path}=1..4`)
  }
  const entries = nest(below.map((item) => ({ ...item, rest: item.rest.slice(1) })))
  return repeat(node.low, node.high, entries, node.default === undefined ? {} : { default: node.default })
}

function branchOf({ node, path }: Item, below: readonly Item[]): SpaceNode {
  if (node.kind !== 'choice') {
    const remedy = `Give ${path} options, such as ${path}=adam|sgd`
    throw new SpaceError(below[0]?.path ?? path, `"${path}" is a ${node.kind} and has no options`, remedy)
  }
  const labels = node.options.map(String)
  for (const item of below) {
    if (item.rest.length >= 3 && labels.includes(item.rest[1] ?? '')) continue
    const remedy = `Write ${path}.OPTION.NAME with one of ${labels.join(', ')}`
    throw new SpaceError(item.path, `it names no option of "${path}"`, remedy)
  }
  const cases = labels.map((label) => {
    const own = below.filter(({ rest }) => rest[1] === label)
    return [label, nest(own.map((item) => ({ ...item, rest: item.rest.slice(2) })))]
  })
  const options = node.default === undefined ? {} : { default: String(node.default) }
  return branch('kind', Object.fromEntries(cases), options)
}
