import type { Entries, SpaceNode } from '../../space/nodes.ts'
import { spaceFromJson, spaceToJson } from '../../space/space-json.ts'
import { parseParamText } from './param-text.ts'

type Group = { readonly [name: string]: unknown }

/**
 * The space of a sweep file: texts and lists are turned into what a space's JSON says, the rest is that already.
 * @throws {SpaceError} with the parameter's path
 */
export function spaceOfSweep(parameters: Group): Entries {
  return spaceFromJson(groupToJson(parameters, ''))
}

function groupToJson(group: Group, prefix: string): Group {
  return Object.fromEntries(Object.entries(group).map(([name, each]) => [name, parameterToJson(each, prefix + name)]))
}

function parameterToJson(parameter: unknown, path: string): unknown {
  if (typeof parameter === 'string') return nodeToJson(path, parseParamText(path, parameter))
  if (Array.isArray(parameter)) return { kind: 'choice', options: parameter }
  const node = parameter as Group
  if (node.kind === 'branch') {
    const cases = Object.entries(node.cases as { readonly [label: string]: Group | null })
    const parts = cases.map(([label, group]) => [label, groupToJson(group ?? {}, `${path}.${label}.`)])
    return { key: 'kind', ...node, cases: Object.fromEntries(parts) }
  }
  if (node.kind === 'repeat') return { ...node, entries: groupToJson(node.entries as Group, `${path}.0.`) }
  return node
}

function nodeToJson(path: string, node: SpaceNode): unknown {
  return (spaceToJson({ [path]: node }) as Group)[path]
}

/** Where in a sweep file a parameter stands, from its path in the space. */
export function placeInSweep(parameters: unknown, path: string): readonly string[] {
  const found = ['parameters']
  let group = parameters as Group | undefined
  let node: Group | undefined
  for (const part of path.split('.')) {
    if (node === undefined) {
      found.push(part)
      node = group?.[part] as Group | undefined
    } else if (node.kind === 'branch') {
      found.push('cases', part)
      group = (node.cases as { readonly [label: string]: Group } | undefined)?.[part]
      node = undefined
    } else if (node.kind === 'repeat') {
      found.push('entries')
      group = node.entries as Group
      node = undefined
    } else break
  }
  return found
}
